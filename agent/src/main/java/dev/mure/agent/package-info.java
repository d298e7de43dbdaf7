/** The agent: runs what managers assign to one node, and reports how it goes. */
@NullMarked
package dev.mure.agent;

import org.jspecify.annotations.NullMarked;
