/**
 * From services to tasks: how many slots a service has, what happens when a task ends or its node is lost, when a prepared task may
 * start, and what is forgotten when. Each planner is one concern; {@link dev.mure.manager.orchestrator.Planners} puts all planners
 * of a manager in order.
 *
 * <p>Neighbours: {@code planning} has the contract and the shared views, {@code rollout} moves slots between revisions,
 * {@code scheduler} gives tasks their nodes, {@code leader} runs the planners.
 */
@NullMarked
package dev.mure.manager.orchestrator;

import org.jspecify.annotations.NullMarked;
