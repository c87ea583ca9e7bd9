// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { t } from '../lib/texts';
import { Page } from '../parts/page';

export function MissingPage(): VNode {
	return (
		<Page title={t('console.missing.title')} narrow>
			<p>{t('console.missing.todo')}</p>
			<p><a class="button" href="/">{t('console.to-fleet')}</a></p>
		</Page>
	);
}
