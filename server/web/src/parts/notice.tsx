// SPDX-License-Identifier: Apache-2.0
// What a page says when it has nothing to show: each time with what to do.
import type { ComponentChildren, VNode } from 'preact';
import type { Trouble } from '../lib/api';
import type { Data } from '../lib/data';
import { t } from '../lib/texts';

export function Notice({ title, children }: { title: string; children: ComponentChildren }): VNode {
	return (
		<section class="notice">
			<h2>{title}</h2>
			{children}
		</section>
	);
}

export function Loading(): VNode {
	return (
		<div class="loading" role="status">
			<span class="visually-hidden">{t('console.loading')}</span>
			<span class="ghost" /><span class="ghost" /><span class="ghost" />
		</div>
	);
}

function TroubleNotice({ trouble, retry }: { trouble: Trouble; retry: () => void }): VNode {
	return (
		<Notice title={t(`console.trouble.${trouble}.title`)}>
			<p>{t(`console.trouble.${trouble}.todo`)}</p>
			<p class="row">
				<button type="button" class="button" onClick={retry}>{t('console.retry')}</button>
				<a class="button quiet" href="/">{t('console.to-fleet')}</a>
			</p>
		</Notice>
	);
}

// The page's data, or why there is none. Old data stays in sight while the server is silent.
export function Await<T>(
	{ data, children }: { data: Data<T>; children: (value: T) => ComponentChildren },
): VNode {
	if (data.value !== null && data.trouble !== 'missing') {
		return <>{children(data.value)}</>;
	}
	return data.trouble === null
		? <Loading />
		: <TroubleNotice trouble={data.trouble} retry={data.reload} />;
}
