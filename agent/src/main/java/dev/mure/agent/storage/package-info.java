/** What an agent keeps in the node's data folder over its own death. Knows nothing of the rest. */
@NullMarked
package dev.mure.agent.storage;

import org.jspecify.annotations.NullMarked;
