// SPDX-License-Identifier: Apache-2.0
// The two steps that bring a device in, each with its command, and what the device will say.
import type { VNode } from 'preact';
import { t } from '../lib/texts';
import { Command } from './command';

const MAKE = 'runuser -u _caretaker-server -- caretaker-server token --ownership school --group laptops --uses 30 --days 14';
const JOIN = 'caretaker enrol';

export function EnrolSteps(): VNode {
	return (
		<div class="with-side">
			<ol class="steps">
				<li class="card">
					<h2>{t('console.enrol.make')}</h2>
					<p>{t('console.enrol.make.text')}</p>
					<Command text={MAKE} label={t('console.enrol.make')} />
					<p class="hint">{t('console.enrol.make.hint')}</p>
				</li>
				<li class="card">
					<h2>{t('console.enrol.join')}</h2>
					<p>{t('console.enrol.join.text')}</p>
					<Command text={JOIN} label={t('console.enrol.join')} />
					<p class="hint">{t('console.enrol.join.hint')}</p>
				</li>
				<li class="card">
					<h2>{t('console.enrol.see')}</h2>
					<p>{t('console.enrol.see.text')}</p>
				</li>
			</ol>
			<aside class="side" aria-labelledby="seen">
				<section class="card">
					<h2 id="seen">{t('console.enrol.seen')}</h2>
					<p>{t('console.enrol.seen.yes')}</p>
					<p>{t('console.enrol.seen.no')}</p>
				</section>
			</aside>
		</div>
	);
}
