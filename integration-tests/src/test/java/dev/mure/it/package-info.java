/** Tests of whole clusters: real processes of the distribution, killed and cut off. */
@NullMarked
package dev.mure.it;

import org.jspecify.annotations.NullMarked;
