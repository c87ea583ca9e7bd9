# SPDX-License-Identifier: Apache-2.0
"""JSON Schema (2020-12), the part that policies/schema uses. A keyword it does not know is an
error: a constraint that nobody checks would be worse than none."""

import re

ANNOTATIONS = {'$schema', '$id', '$defs', '$comment', 'title', 'description', 'examples', 'default',
               'format'}
TYPES = {
    'object': lambda v: isinstance(v, dict),
    'array': lambda v: isinstance(v, list),
    'string': lambda v: isinstance(v, str),
    'boolean': lambda v: isinstance(v, bool),
    'null': lambda v: v is None,
    'integer': lambda v: isinstance(v, int) and not isinstance(v, bool),
    'number': lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
}


def same(a, b):
    """Equal, and of the same type: 1 is not true."""
    return type(a) is type(b) and a == b


class Validator:
    def __init__(self, root):
        self.root = root

    def errors(self, value, schema=None, where=''):
        schema = self.root if schema is None else schema
        if schema is True:
            return
        if schema is False:
            yield f'{where or "/"}: not allowed'
            return
        for keyword, rule in schema.items():
            if keyword in ANNOTATIONS or keyword in ('then', 'else'):
                continue
            check = getattr(self, 'check_' + keyword.lstrip('$'), None)
            if check is None:
                yield f'{where or "/"}: schema keyword "{keyword}" is not known to the lint'
            else:
                yield from check(rule, value, schema, where or '/')

    def valid(self, value, schema):
        return not any(True for _ in self.errors(value, schema))

    def check_ref(self, rule, value, _schema, where):
        target = self.root
        if not rule.startswith('#'):
            yield f'{where}: reference {rule} leaves the schema'
            return
        for part in rule[1:].strip('/').split('/'):
            if part:
                target = target[part]
        yield from self.errors(value, target, where)

    def check_type(self, rule, value, _schema, where):
        names = rule if isinstance(rule, list) else [rule]
        if not any(TYPES[name](value) for name in names):
            yield f'{where}: not of type {" or ".join(names)}'

    def check_enum(self, rule, value, _schema, where):
        if not any(same(value, item) for item in rule):
            yield f'{where}: {value!r} is none of {rule}'

    def check_const(self, rule, value, _schema, where):
        if not same(value, rule):
            yield f'{where}: not {rule!r}'

    def check_required(self, rule, value, _schema, where):
        if isinstance(value, dict):
            for name in rule:
                if name not in value:
                    yield f'{where}: "{name}" is missing'

    def check_properties(self, rule, value, _schema, where):
        if isinstance(value, dict):
            for name, item in value.items():
                if name in rule:
                    yield from self.errors(item, rule[name], f'{where.rstrip("/")}/{name}')

    def check_patternProperties(self, rule, value, _schema, where):
        if isinstance(value, dict):
            for name, item in value.items():
                for pattern, schema in rule.items():
                    if re.search(pattern, name):
                        yield from self.errors(item, schema, f'{where.rstrip("/")}/{name}')

    def check_additionalProperties(self, rule, value, schema, where):
        if not isinstance(value, dict):
            return
        patterns = schema.get('patternProperties', {})
        for name, item in value.items():
            if name in schema.get('properties', {}) or any(re.search(p, name) for p in patterns):
                continue
            if rule is False:
                yield f'{where}: "{name}" is not known'
            else:
                yield from self.errors(item, rule, f'{where.rstrip("/")}/{name}')

    def check_propertyNames(self, rule, value, _schema, where):
        if isinstance(value, dict):
            for name in value:
                yield from self.errors(name, rule, f'{where.rstrip("/")}/{name}')

    def check_items(self, rule, value, schema, where):
        if isinstance(value, list):
            for i, item in enumerate(value[len(schema.get('prefixItems', [])):]):
                yield from self.errors(item, rule, f'{where.rstrip("/")}/{i}')

    def check_prefixItems(self, rule, value, _schema, where):
        if isinstance(value, list):
            for i, (item, schema) in enumerate(zip(value, rule)):
                yield from self.errors(item, schema, f'{where.rstrip("/")}/{i}')

    def check_uniqueItems(self, rule, value, _schema, where):
        if rule and isinstance(value, list):
            for i, item in enumerate(value):
                if any(same(item, other) for other in value[:i]):
                    yield f'{where}: {item!r} stands there twice'

    def check_pattern(self, rule, value, _schema, where):
        if isinstance(value, str) and not re.search(rule, value):
            yield f'{where}: {value!r} does not match {rule}'

    def check_not(self, rule, value, _schema, where):
        if self.valid(value, rule):
            yield f'{where}: is what it must not be'

    def check_allOf(self, rule, value, _schema, where):
        for schema in rule:
            yield from self.errors(value, schema, where)

    def check_anyOf(self, rule, value, _schema, where):
        if not any(self.valid(value, schema) for schema in rule):
            yield f'{where}: fits none of the alternatives'

    def check_oneOf(self, rule, value, _schema, where):
        fitting = sum(self.valid(value, schema) for schema in rule)
        if fitting != 1:
            yield f'{where}: fits {fitting} of the alternatives, not one'

    def check_if(self, rule, value, schema, where):
        branch = 'then' if self.valid(value, rule) else 'else'
        if branch in schema:
            yield from self.errors(value, schema[branch], where)


def bound(name, fits, measure, applies):
    def check(self, rule, value, _schema, where):
        if applies(value) and not fits(measure(value), rule):
            yield f'{where}: against {name} {rule}'
    setattr(Validator, 'check_' + name, check)


for low, high, size, kind in (('minItems', 'maxItems', len, TYPES['array']),
                              ('minLength', 'maxLength', len, TYPES['string']),
                              ('minProperties', 'maxProperties', len, TYPES['object']),
                              ('minimum', 'maximum', lambda v: v, TYPES['number'])):
    bound(low, lambda v, rule: v >= rule, size, kind)
    bound(high, lambda v, rule: v <= rule, size, kind)
