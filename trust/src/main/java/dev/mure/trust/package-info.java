/**
 * Who may talk to whom. The cluster has a certificate authority of its own; a node is let in with a join token, gets a certificate
 * that says who it is and what it may be, and renews it before it ends. Certificates, tokens and the times of renewal are pure values;
 * {@link dev.mure.trust.CredentialFile} keeps a node's own on disk, {@link dev.mure.trust.NodeTls} puts them into TLS.
 */
@NullMarked
package dev.mure.trust;

import org.jspecify.annotations.NullMarked;
