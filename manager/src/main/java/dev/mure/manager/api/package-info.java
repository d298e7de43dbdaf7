/**
 * The gRPC door of a manager: the Control API for clients and the Peer service for other managers. Requests are checked here and
 * become decisions; any manager answers, a follower passes on what only the leader can do.
 *
 * <p>Neighbours: decisions go to {@code leader}; what is read comes from the applied state of {@code store} through the port
 * {@link dev.mure.manager.api.AppliedState}; {@code http} serves the same definitions over HTTP; {@code dispatcher} reports to the
 * leader through {@link dev.mure.manager.api.Reports}.
 */
@NullMarked
package dev.mure.manager.api;

import org.jspecify.annotations.NullMarked;
