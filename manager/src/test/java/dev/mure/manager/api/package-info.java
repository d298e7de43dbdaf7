/** Tests of the gRPC door, and fakes of what is behind it for other tests too. */
@NullMarked
package dev.mure.manager.api;

import org.jspecify.annotations.NullMarked;
