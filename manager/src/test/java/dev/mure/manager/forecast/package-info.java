@NullMarked
package dev.mure.manager.forecast;

import org.jspecify.annotations.NullMarked;
