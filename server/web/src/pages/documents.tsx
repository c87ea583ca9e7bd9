// SPDX-License-Identifier: Apache-2.0
// Which papers does a school need, and for whom? Open to anybody: a family has no account.
import type { VNode } from 'preact';
import { useData } from '../lib/data';
import { documentGroups, type Documents } from '../lib/school';
import { t } from '../lib/texts';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const NEVER_MS = 600_000;

export function DocumentsPage(): VNode {
	const data = useData<Documents>('/documents', NEVER_MS);
	return (
		<Page title={t('console.documents')} lead={<p>{t('console.documents.lead')}</p>}>
			<Await data={data}>
				{(value) => (
					<div class="groups">
						{documentGroups(value.documents).map((group) => (
							<section key={group.name} class="card" aria-labelledby={`for-${group.name}`}>
								<h2 id={`for-${group.name}`}>{t(`console.documents.for.${group.name}`)}</h2>
								<ul class="lines">
									{group.documents.map((name) => (
										<li key={name}>
											<span class="line-main">
												<a href={`/documents/${name}`}>{t(`console.document.${name}`)}</a>
												<span class="line-sub">{t(`console.document.${name}.what`)}</span>
											</span>
										</li>
									))}
								</ul>
							</section>
						))}
						<p class="hint">{t('console.documents.beginning')}</p>
					</div>
				)}
			</Await>
		</Page>
	);
}
