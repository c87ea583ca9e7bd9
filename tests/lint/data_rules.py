# SPDX-License-Identifier: Apache-2.0
"""Rules on what is data: texts, policies, schemas, scenarios."""

import json
import os
import re

from schema import Validator
from tree import lines

CONTROL_TEXTS = ('title', 'short', 'why', 'fix', 'who', 'guidance', 'rule', 'group')
TEXTS = 'policies/texts/en.json'
GUIDANCE = 'policies/guidance/settings.json'
HAND_UNIT = 'packaging/systemd/caretaker-hand.service.in'

# Keys that are put together when the program runs. Any other key must stand in a source.
FAMILIES = re.compile(
    r'(control\.[a-z-]+\.[a-z0-9-]+\.(%s)|reason\.[a-z0-9-]+|state\.[a-z]+|severity\.[a-z]+'
    r'|error\.[a-z-]+|client\.[a-z0-9-]+|policy\.[a-z-]+|evidence\.[a-z0-9-]+|doctor\.[a-z-]+(\.fix(-supervised)?)?'
    r'|cli\.switch\.[a-z.]+|cli\.watch\.[a-z.-]+|switch\.why\.[a-z]+'
    r'|notify\.[a-z-]+\.(title|body|action|steps)|exempt\.(feature|person|purpose)\.[a-z-]+|assessed\.[a-z-]+|setting\..+|cli\.recordings\.sync\.[a-z]+|enforce\..+|console\..+|duty\..+|cli\.state\.[a-z]+|cli\.change\.(applied|undone|conflict|refused|failed))'
    % '|'.join(CONTROL_TEXTS))
# Forms of plural per language, Unicode CLDR; as in common/plural.c
PLURALS = {'en': ('one', 'other'), 'nl': ('one', 'other'), 'pl': ('one', 'few', 'many'),
           'zh-Hant': ('other',)}
# A literal that is a key, in the sources of the command line.
KEY = re.compile(r'(cli|error|doctor|severity)\.[a-z][a-z.-]*[a-z]')


def control_ids(tree):
    listed = tree.read('agent/checks/meson.build') or ''
    block = re.search(r'check_ids\s*=\s*\[(.*?)\]', listed, re.S)
    return re.findall(r"'([a-z0-9.-]+)'", block.group(1)) if block else []


def texts(tree):
    return tree.load(TEXTS)


def texts_sorted(tree):
    for path in tree.matching(r'policies/texts/[^/]+\.json'):
        catalogue = tree.load(path)
        wanted = json.dumps(catalogue, ensure_ascii=False, indent=2, sort_keys=True) + '\n'
        if tree.read(path) != wanted:
            have = tree.read(path).split('\n')
            want = wanted.split('\n')
            number = next((i for i, (a, b) in enumerate(zip(have, want), 1) if a != b), len(want))
            yield f'{path}:{number}: not sorted by key with one key a line'


def texts_plain(tree):
    for path in tree.matching(r'policies/texts/[^/]+\.json'):
        for key, text in tree.load(path).items():
            if not isinstance(text, str) or not text or text != text.strip('\n'):
                yield f'{path}: {key}: not a text'
            elif any(ord(c) < 32 or 0x7f <= ord(c) < 0xa0 for c in text):
                yield f'{path}: {key}: a control character'
            elif text.count('{') != len(re.findall(r'\{[a-z_-]+\}', text)):
                yield f'{path}: {key}: a brace that is no argument'


def texts_of_controls(tree):
    catalogue = texts(tree)
    for control in control_ids(tree):
        for part in CONTROL_TEXTS:
            if f'control.{control}.{part}' not in catalogue:
                yield f'{TEXTS}: control.{control}.{part} is missing'


def texts_of_reasons(tree):
    catalogue = texts(tree)
    header = tree.read('common/posture.h') or ''
    codes = re.findall(r'^\tX\([A-Z0-9_]+, "([a-z0-9-]+)"\)', header, re.M)
    for code in codes:
        if f'reason.{code}' not in catalogue:
            yield f'{TEXTS}: reason.{code} is missing'
    for key in catalogue:
        if key.startswith('reason.') and key[7:] not in codes and key != 'reason.none':
            yield f'{TEXTS}: {key} is of no reason in common/posture.h'


def unknown_reasons(tree):
    """Codes that make something unknown: in the sources of checks, and in scenarios."""
    header = tree.read('common/posture.h') or ''
    codes = dict(re.findall(r'^\tX\(([A-Z0-9_]+), "([a-z0-9-]+)"\)', header, re.M))
    found = set()
    for path in tree.matching(r'agent/(checks|core|readers)/.*\.c'):
        text = tree.read(path)
        found.update(re.findall(r'POSTURE_UNKNOWN,\s*POSTURE_([A-Z0-9_]+)', text))
        for choice in re.findall(r'POSTURE_UNKNOWN,[^;{]*?\?\s*([^;{]*?)\)', text):
            found.update(re.findall(r'POSTURE_([A-Z0-9_]+)', choice))
    named = {codes[name] for name in found if name in codes}
    for path in tree.matching(r'tests/scenarios/[^/]+/[^/]+\.unknown/reason'):
        named.add(tree.read(path).strip())
    return named & set(codes.values())


def unknown_says_what_to_do(tree):
    """First what cannot be seen, then what to do so that it can."""
    catalogue = texts(tree)
    for code in sorted(unknown_reasons(tree)):
        said = catalogue.get(f'reason.{code}', '')
        if len(re.findall(r'[^.;]{12,}[.;](?= |$)', said)) < 2:
            yield f'{TEXTS}: reason.{code} does not say what to do so that it can be known'


def reasons_in_order(tree):
    """Rows of common/posture.h stand by their codes, each code once."""
    header = tree.read('common/posture.h') or ''
    codes = re.findall(r'^\tX\([A-Z0-9_]+, "([a-z0-9-]+)"\)', header, re.M)
    for before, after in zip(codes, codes[1:]):
        if before >= after:
            yield f'common/posture.h: {after} stands behind {before}'


FACT_CODES = 'tests/golden/personal-facts.txt'


def facts_are_stable(tree):
    """A daemon and a worker of two versions talk to each other: no code of a fact changes."""
    header = tree.read('platform/personal.h') or ''
    table = re.search(r'#define PERSONAL_FACTS\(X\)(.*?)\n\n', header, re.S)
    codes = re.findall(r'X\([A-Z]+, [A-Z0-9_]+, +"([a-z0-9-]+)"\)', table.group(1)) if table else []
    known = (tree.read(FACT_CODES) or '').split()
    for code in sorted({c for c in codes if codes.count(c) > 1}):
        yield f'platform/personal.h: {code} is the code of two facts'
    for code in codes:
        if code not in known:
            yield f'{FACT_CODES}: {code} is not there; add it, and change none that is'
    for code in known:
        if code not in codes:
            yield f'platform/personal.h: {code} is no fact any more, and {FACT_CODES} promised it'


def texts_of_evidence(tree):
    """What a check notes is shown to people by a text of its own."""
    catalogue = texts(tree)
    for path in tree.matching(r'agent/checks/.*\.c'):
        for key in re.findall(r'\bverdict_note\(\s*&?\w+,\s*"([a-z0-9-]+)"', tree.read(path)):
            if f'evidence.{key}' not in catalogue:
                yield f'{TEXTS}: evidence.{key} is missing ({path})'


def texts_used(tree):
    catalogue = texts(tree)
    sources = [p for p in tree.paths if re.fullmatch(r'(agent|server|common)/.*\.(c|ts|tsx|js)', p)]
    literals = set()
    for path in sources:
        literals.update(re.findall(r'["\'`]([a-z][\w.-]*\.[\w.-]+)["\'`]', tree.read(path) or ''))
    for key in catalogue:
        base = re.sub(r'\.(one|few|many|other)$', '', key)
        known = key in literals or base in literals or FAMILIES.fullmatch(key)
        if not known and not FAMILIES.fullmatch(base):
            yield f'{TEXTS}: {key} is used nowhere'


def texts_there(tree):
    catalogue = texts(tree)
    for path in tree.matching(r'agent/cli/.*\.c'):
        for number, text in tree.strings(path):
            if KEY.fullmatch(text) and text not in catalogue and f'{text}.other' not in catalogue \
                    and text not in ('cli.h', 'doctor.h'):
                yield f'{path}:{number}: no text {text}'


def keys_wanted(english, language):
    """English's keys, with the forms of plural that the language has."""
    wanted = set()
    for key in english:
        base, _, form = key.rpartition('.')
        if form in ('one', 'other') and f'{base}.one' in english and f'{base}.other' in english:
            wanted.update(f'{base}.{form}' for form in PLURALS[language])
        else:
            wanted.add(key)
    return wanted


def texts_complete(tree):
    english = texts(tree)
    for path in tree.matching(r'policies/texts/[^/]+\.json'):
        language = re.fullmatch(r'.*/(.*)\.json', path).group(1)
        if language not in PLURALS:
            yield f'{path}: no plural forms of {language} are known (common/plural.c)'
            continue
        wanted, other = keys_wanted(english, language), tree.load(path)
        for key in sorted(wanted ^ set(other)):
            yield f'{path}: {key} is {"missing" if key in wanted else "left over"}'


def texts_same_arguments(tree):
    """A translation names the arguments that the English text has, and no others."""
    english = texts(tree)
    for path in tree.matching(r'policies/texts/[^/]+\.json'):
        for key, text in tree.load(path).items():
            base, _, form = key.rpartition('.')
            origin = english.get(key) or english.get(f'{base}.other')
            ours, theirs = (set(re.findall(r'\{[a-z_-]+\}', t)) for t in (origin or text, text))
            # "a day ago" needs no number
            if ours - {'{n}'} != theirs - {'{n}'}:
                yield f'{path}: {key} has other arguments than in English'


def settings_have_texts(tree):
    """Every text key that a client profile names."""
    catalogue = texts(tree)

    def named(value):
        if isinstance(value, dict):
            for item in value.values():
                yield from named(item)
        elif isinstance(value, list):
            for item in value:
                yield from named(item)
        elif isinstance(value, str) and re.fullmatch(r'setting\.[\w.-]+', value):
            yield value
    for path in tree.matching(r'policies/clients/[^/]+\.json'):
        for key in sorted(set(named(tree.load(path)))):
            if key not in catalogue:
                yield f'{path}: no text {key} in {TEXTS}'
        client = os.path.basename(path)[:-5]
        if f'client.{client}' not in catalogue:
            yield f'{TEXTS}: client.{client} is missing'
        if (f'assessed.{client}' in catalogue) != ('assessed' in tree.load(path)):
            yield f'{TEXTS}: assessed.{client} is missing, or says what no profile says'


def settings_have_guidance(tree):
    """Each setting of a client is asked for by a control, whose text names who asks."""
    behind = tree.load(GUIDANCE)['settings']
    catalogue = texts(tree)
    for path in tree.matching(r'policies/clients/[^/]+\.json'):
        named = re.findall(r'"why": *"setting\.([\w.-]+)"', tree.read(path))
        for key in sorted(set(named) - behind.keys()):
            yield f'{GUIDANCE}: {key} is missing ({path})'
    for key in sorted(behind):
        if f'setting.{key}' not in catalogue:
            yield f'{GUIDANCE}: {key} is no setting'
    for key, control in behind.items():
        if f'control.{control}.guidance' not in catalogue:
            yield f'{GUIDANCE}: {key}: {control} is no control'


def hand_may_write(tree):
    """A setting of the system that caretaker-hand's own unit keeps it from writing is never kept."""
    unit = tree.read(HAND_UNIT) or ''
    lists = {}
    for name in ('ReadWritePaths', 'ReadOnlyPaths'):
        found = re.findall(r'^%s=(.*)$' % name, unit, re.M)
        lists[name] = [path.lstrip('-') for line in found for path in line.split()]

    def below(path, name):
        return any(path.startswith(folder + '/') for folder in lists[name])
    for profile in tree.matching(r'policies/clients/[^/]+\.json'):
        for file in tree.load(profile).get('files', []):
            path = file['path']
            if file.get('format') == 'snap-plugs':
                continue  # snapd writes it
            if path.startswith('/') and (not below(path, 'ReadWritePaths')
                                         or below(path, 'ReadOnlyPaths')):
                yield f'{profile}: {path} is not below a folder that {HAND_UNIT} may write'


def baseline_places(tree):
    for path in tree.matching(r'policies/baseline/[^/]+\.json'):
        controls = tree.load(path).get('controls', {})
        names = controls if isinstance(controls, dict) else {c.get('id') for c in controls}
        for control in control_ids(tree):
            if control not in names:
                yield f'{path}: no place for {control}'
        for name in names:
            if name not in control_ids(tree):
                yield f'{path}: {name} is no control of agent/checks/meson.build'


SCHEMAS = {
    'policies/schema/client.json': r'policies/clients/[^/]+\.json',
    'policies/schema/gate.json': r'policies/gates/[^/]+\.json',
    'policies/schema/provider.json': r'policies/providers/[^/]+\.json',
    'policies/schema/policy.json': r'policies/baseline/[^/]+\.json',
}


def schemas_hold(tree):
    for schema, pattern in SCHEMAS.items():
        if not tree.has(schema):
            if tree.matching(pattern):
                yield f'{schema}: missing'
            continue
        validator = Validator(tree.load(schema))
        for path in tree.matching(pattern):
            for error in validator.errors(tree.load(path)):
                yield f'{path}: {error}'


def json_reads(tree):
    """Every JSON file of ours is JSON, without a key that stands there twice."""
    def pairs(items):
        keys = [k for k, _ in items]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f'"{key}" stands there twice')
        return dict(items)
    for path in tree.matching(r'(policies|server)/.*\.json'):
        try:
            json.loads(tree.read(path) or '', object_pairs_hook=pairs)
        except ValueError as error:
            yield f'{path}: {error}'


UNFINISHED = re.compile(r'\b(%s)\b' % '|'.join(('TO' 'DO', 'FIX' 'ME', 'XX' 'X', 'HA' 'CK', 'WI' 'P')))
PRIVATE_KEY = re.compile('-----BEGIN ' r'([A-Z0-9]+ )?' 'PRIVATE' ' KEY-----')
MACHINE_PATH = re.compile('/wor' r'k/(wt|main|shared)\b|/tm' r'p/bash_jobs|/buil' r'ds/[a-z]')
# The Test Anything Protocol has such a word; integrity hashes hold any letters.
NO_MARKS = ('tests/count-results', 'package-lock.json')


def marks(tree):
    for path in tree.paths:
        text = tree.read(path)
        if text is None or path.endswith(NO_MARKS):
            continue
        for number, line in lines(text):
            m = UNFINISHED.search(line)
            if m:
                yield f'{path}:{number}: {m.group(0)}: unfinished work belongs into an issue'


def secrets(tree):
    for path in tree.paths:
        text = tree.read(path)
        if text is None:
            continue
        for number, line in lines(text):
            if PRIVATE_KEY.search(line):
                yield f'{path}:{number}: a private key'
            if MACHINE_PATH.search(line):
                yield f'{path}:{number}: a path of one machine'


RULES = [json_reads, texts_sorted, texts_plain, texts_of_controls, texts_of_reasons, unknown_says_what_to_do, reasons_in_order, facts_are_stable,
         texts_of_evidence, texts_used, texts_there, texts_complete, texts_same_arguments,
         settings_have_texts, settings_have_guidance, hand_may_write, baseline_places, schemas_hold, marks, secrets]
