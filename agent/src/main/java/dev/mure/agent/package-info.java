/**
 * The program that runs on every node: it joins a cluster, keeps the containers that the cluster assigned to the node and says how they are.
 *
 * <p>This package reads the command line and puts the parts together: {@link dev.mure.agent.session} talks to the managers,
 * {@link dev.mure.agent.task} supervises, {@link dev.mure.agent.runtime} runs containers.
 */
@NullMarked
package dev.mure.agent;

import org.jspecify.annotations.NullMarked;
