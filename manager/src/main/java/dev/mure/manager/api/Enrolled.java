package dev.mure.manager.api;

import dev.mure.trust.NodeIdentity;
import dev.mure.v1.IssueCertificateResponse;

/**
 * A node that was let in, or goes on being so: what its certificate is to say, and who is to sign it. The signature is made after the
 * commit and not on the leader's thread.
 *
 * @param answer without the certificate
 */
record Enrolled(NodeIdentity identity, ClusterAuthority authority, IssueCertificateResponse answer) {}
