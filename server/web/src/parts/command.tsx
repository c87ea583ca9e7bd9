// SPDX-License-Identifier: Apache-2.0
// A command to copy.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../lib/texts';

export function Command({ text, label }: { text: string; label: string }): VNode {
	const [said, setSaid] = useState('');
	const copy = (): void => {
		navigator.clipboard.writeText(text).then(
			() => setSaid(t('console.copied')), () => setSaid(t('console.copy-failed')),
		);
	};
	return (
		<div class="command">
			<pre tabIndex={0} aria-label={label}><code>{text}</code></pre>
			<button type="button" class="button quiet" onClick={copy}>{t('console.copy')}</button>
			<span role="status" class="hint">{said}</span>
		</div>
	);
}
