// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';

export function Logo(): VNode {
	return (
		<svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
			<path class="logo-shield" d="M16 2 4 7v8c0 8 5 13 12 15 7-2 12-7 12-15V7z" />
			<path class="logo-tick" d="m10.5 16 4 4 7.5-8" />
		</svg>
	);
}
