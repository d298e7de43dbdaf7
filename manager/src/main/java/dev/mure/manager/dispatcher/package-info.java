/**
 * The sessions of agents, on every manager, leader or not. An agent is served from this manager's own applied state; what it
 * reports goes to the leader in batches and is acknowledged after the commit.
 *
 * <p>Everything is level-triggered: a session is only ever woken and then looks at the newest state, at what it has sent and at what
 * it has received, so nothing needs a queue that could grow. {@link dev.mure.manager.dispatcher.Dispatcher#tick} is the only place
 * where time passes.
 *
 * <p>Neighbours: {@code api} has the ports to the state, to leadership and to the leader's reports; {@code agent.session} is the other
 * end of the stream.
 */
@NullMarked
package dev.mure.manager.dispatcher;

import org.jspecify.annotations.NullMarked;
