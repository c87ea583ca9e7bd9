// SPDX-License-Identifier: Apache-2.0
// One document as it will be on paper, in any of the languages, filled from the settings.
import type { VNode } from 'preact';
import { useData } from '../lib/data';
import { go, withQuery } from '../lib/router';
import { blocksOf, type Block } from '../lib/school';
import { hasText, language, languages, t } from '../lib/texts';
import { Choice, languageName } from '../parts/form';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const NEVER_MS = 600_000;

function Piece({ block }: { block: Block }): VNode {
	const items = block.lines.map((line) => <li key={line}>{line}</li>);
	switch (block.shape) {
	case 'h1':
		return <h2>{block.lines[0]}</h2>;
	case 'h2':
		return <h3>{block.lines[0]}</h3>;
	case 'ul':
		return <ul>{items}</ul>;
	case 'ol':
		return <ol>{items}</ol>;
	case 'p':
		return <p>{block.lines[0]}</p>;
	}
}

export function DocumentPage({ name, query }: { name: string; query: URLSearchParams }): VNode {
	const wanted = query.get('language');
	const tag = wanted !== null && languages.includes(wanted) ? wanted : language;
	const path = `/documents/${name}?language=${tag}`;
	const data = useData<string>(`${path}&format=text`, NEVER_MS);
	const key = `console.document.${name}`;
	const tags = [tag, ...languages.filter((one) => one !== tag)];
	return (
		<Page
			title={hasText(key) ? t(key) : t('console.documents')}
			above={<p class="crumb"><a href="/documents">{t('console.documents')}</a></p>}
			lead={hasText(`${key}.what`) && <p>{t(`${key}.what`)}</p>}
		>
			<div class="handout-tools no-print">
				<Choice name="language" label={t('console.document.language')} options={tags.map((one) => [one, languageName(one)])}
					onChoice={(one) => go(withQuery(`/documents/${name}`, query, { language: one }), 'replace')} />
				<button type="button" class="button main" onClick={() => window.print()}>{t('console.print')}</button>
				<a class="button quiet" download={`${name}-${tag}.html`} href={`/api/v1${path}&format=html`}>{t('console.document.html')}</a>
				<a class="button quiet" download={`${name}-${tag}.txt`} href={`/api/v1${path}&format=text`}>{t('console.document.text')}</a>
			</div>
			<Await data={data}>
				{(text) => (
					<article class="handout document" lang={tag}>
						{blocksOf(text).map((block, n) => <Piece key={n} block={block} />)}
					</article>
				)}
			</Await>
		</Page>
	);
}
