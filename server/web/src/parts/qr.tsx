// SPDX-License-Identifier: Apache-2.0
// A text as a QR code: dark on white in either scheme, with the quiet zone that readers need.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { encode } from 'uqr';

const QUIET = 4; // modules, ISO/IEC 18004

export function Qr({ text, label }: { text: string; label: string }): VNode {
	const { size, path } = useMemo(() => {
		const code = encode(text, { ecc: 'M', border: QUIET });
		const dark = code.data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : '')));
		return { size: code.size, path: dark.join('') };
	}, [text]);
	return (
		<svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
			<rect width={size} height={size} fill="#fff" />
			<path d={path} fill="#000" />
		</svg>
	);
}
