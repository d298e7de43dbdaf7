@NullMarked
package dev.mure.trust;

import org.jspecify.annotations.NullMarked;
