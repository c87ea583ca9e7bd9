/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing policies. The long-lived server never reads policy.key: it executes itself as
 * `caretaker-server sign-child`, which reads the key, signs what comes on stdin and exits.
 */
#pragma once

#include "state.h"

/* Appends the JWS of this payload to out. -EKEYREJECTED when the child could not sign. */
must_check int signer_run(const struct state *state, struct span payload, struct str *out);
/* The child's own work: payload from in, JWS to out. */
must_check int signer_sign(const struct state *state, int in, int out);
/* With the key at hand */
must_check int signer_sign_bytes(const struct state *state, struct span payload, struct str *out);
