// SPDX-License-Identifier: Apache-2.0
// A short form: labelled fields, one action, and one place where its trouble is said.
import type { ComponentChildren, JSX, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { troubleIn, type Trouble } from '../lib/api';
import { t } from '../lib/texts';

interface FieldProps {
	name: string;
	label: string;
	complete: 'username' | 'current-password' | 'new-password';
	max: number;
	min?: number;
	pattern?: string;
	hint?: string;
}

export function Field({ name, label, complete, max, min, pattern, hint }: FieldProps): VNode {
	const [shown, setShown] = useState(false);
	const secret = complete !== 'username';
	const limits = { ...(min !== undefined && { minLength: min }), ...(pattern !== undefined && { pattern }) };
	return (
		<div class="field">
			<label for={`field-${name}`}>{label}</label>
			<div class="field-row">
				<input id={`field-${name}`} name={name} type={secret && !shown ? 'password' : 'text'}
					autocomplete={complete} required maxLength={max} {...limits}
					autocapitalize="off" spellcheck={false}
					{...(hint !== undefined && { 'aria-describedby': `hint-${name}` })} />
				{secret && (
					<button type="button" class="button quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
						{t('console.password.show')}
					</button>
				)}
			</div>
			{hint !== undefined && <p class="hint" id={`hint-${name}`}>{hint}</p>}
		</div>
	);
}

interface FormProps {
	action: string;
	texts: Partial<Record<Trouble, string>>; // where the general sentence would not help
	onSubmit: (values: Record<string, string>) => Promise<void>;
	children: ComponentChildren;
}

export function Form({ action, texts, onSubmit, children }: FormProps): VNode {
	const [busy, setBusy] = useState(false);
	const [trouble, setTrouble] = useState<Trouble | null>(null);
	const alert = useRef<HTMLParagraphElement>(null);
	useEffect(() => alert.current?.focus(), [trouble]);

	const submit = async (event: JSX.TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
		event.preventDefault();
		if (busy) {
			return;
		}
		const entries = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]);
		setBusy(true);
		setTrouble(null);
		try {
			await onSubmit(Object.fromEntries(entries) as Record<string, string>);
		} catch (error) {
			setTrouble(troubleIn(error));
		}
		setBusy(false);
	};
	return (
		<form class="form" method="post" onSubmit={(event) => void submit(event)}>
			{trouble !== null && (
				<p class="form-trouble" role="alert" tabIndex={-1} ref={alert}>
					{t(texts[trouble] ?? `console.trouble.${trouble}.todo`)}
				</p>
			)}
			{children}
			<p><button type="submit" class="button main" aria-disabled={busy}>{action}</button></p>
		</form>
	);
}
