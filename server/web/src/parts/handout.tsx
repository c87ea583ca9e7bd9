// SPDX-License-Identifier: Apache-2.0
// A page on paper for whoever joins, in their language: what it is, what will be seen, how to leave.
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { dayOf } from '../lib/dates';
import { fetchTexts, language, languages, t, type TextArgs } from '../lib/texts';
import { Choice, languageName } from './form';
import { Qr } from './qr';

interface HandoutProps {
	code: string;
	expires: string;
	own: boolean; // the family's device, not the school's
}

export function Handout({ code, expires, own }: HandoutProps): VNode {
	const [tag, setTag] = useState(language);
	const [texts, setTexts] = useState<Record<string, string> | null>(null);
	useEffect(() => {
		let over = false;
		setTexts(null);
		fetchTexts(tag).then((found) => !over && setTexts(found), () => undefined);
		return () => {
			over = true;
		};
	}, [tag]);
	const say = (key: string, args?: TextArgs): string => t(key, args, texts ?? {});
	const tags = [language, ...languages.filter((one) => one !== language)];
	return (
		<div class="handout-part">
			<div class="no-print">
				<h2>{t('console.handout')}</h2>
				<div class="handout-tools">
					<Choice name="language" label={t('console.handout.language')} onChoice={setTag}
						options={tags.map((one) => [one, languageName(one)])} />
					<button type="button" class="button" onClick={() => window.print()}>{t('console.print')}</button>
				</div>
			</div>
			{texts !== null && (
				<article class="handout" lang={tag} aria-label={t('console.handout')}>
					<h3>{say('console.handout.title')}</h3>
					<p>{say('console.handout.what')}</p>
					<p>{say(own ? 'console.handout.private' : 'console.handout.school')}</p>
					<h4>{say('console.enrol.seen')}</h4>
					<p>{say('console.enrol.seen.yes')}</p>
					<p><strong>{say('console.enrol.seen.no')}</strong></p>
					<h4>{say('console.handout.how')}</h4>
					<p>{say('console.handout.steps', { day: dayOf(expires, tag) })}</p>
					<Qr text={code} label={say('console.codes.qr')} />
					<p class="code"><code>{code}</code></p>
					<h4>{say('console.handout.leave')}</h4>
					<p>{say('console.handout.leave.text')}</p>
				</article>
			)}
		</div>
	);
}
