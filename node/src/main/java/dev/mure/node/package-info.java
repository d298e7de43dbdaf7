/**
 * A node is a data folder on a machine. This package is what a manager and an agent share because they may share that folder: the
 * node's id, files that survive a power loss, locks. It knows nobody.
 */
@NullMarked
package dev.mure.node;

import org.jspecify.annotations.NullMarked;
