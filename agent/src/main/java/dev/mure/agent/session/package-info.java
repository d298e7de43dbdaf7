/**
 * The agent's stream to a manager: assignments in, to {@link dev.mure.agent.task}; statuses out; to another manager when one
 * is lost. What it learns of the cluster goes to {@link dev.mure.agent.storage}.
 */
@NullMarked
package dev.mure.agent.session;

import org.jspecify.annotations.NullMarked;
