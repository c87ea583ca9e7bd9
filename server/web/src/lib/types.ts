// SPDX-License-Identifier: Apache-2.0
// The answers of the server's API (server/openapi.json) as this console reads them.
export type State = 'pass' | 'fail' | 'unknown' | 'na' | 'exempt' | 'error';
export type Ownership = 'school' | 'private';
export type Counts = Record<State, number>;
