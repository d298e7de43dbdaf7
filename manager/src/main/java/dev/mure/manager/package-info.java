/** The manager: replicates the state of the cluster, plans on it, and answers agents and clients. */
@NullMarked
package dev.mure.manager;

import org.jspecify.annotations.NullMarked;
