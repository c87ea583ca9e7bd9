// SPDX-License-Identifier: Apache-2.0
// The console came, and then its server fell silent: it asks again by itself.
import type { VNode } from 'preact';
import { t } from '../lib/texts';
import { Logo } from '../parts/logo';

export function StartTrouble(): VNode {
	return (
		<main class="start-trouble" role="alert">
			<Logo />
			<h1>{t('console.trouble.offline.title')}</h1>
			<p>{t('console.trouble.offline.todo')}</p>
			<p><a class="button" href="">{t('console.retry')}</a></p>
		</main>
	);
}
