# SPDX-License-Identifier: Apache-2.0
"""Holds real answers against server/openapi.json: the part of JSON Schema that it uses."""

import json
import re


class Contract:
    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            self.root = json.load(file)
        self.paths = [(re.compile(re.sub(r'\\\{[a-z]+\\\}', '[^/]+', re.escape(p)) + '$'), p)
                      for p in self.root['paths']]
        self.seen = set()

    def operation(self, method, path):
        path = path.split('?')[0]
        for pattern, name in self.paths:
            if pattern.match(path):
                return name, self.root['paths'][name].get(method.lower())
        return None, None

    def check(self, method, path, answer):
        """Every answer of a documented operation is a documented answer."""
        name, operation = self.operation('GET' if method == 'HEAD' else method, path)
        if not operation:
            if path.startswith('/api/'):
                self.check_problem(answer)
            return
        documented = operation['responses'].get(str(answer.status))
        if documented is None:
            raise AssertionError(f'{method} {path}: {answer.status} is not documented')
        self.seen.add((name, method.lower(), answer.status))
        content = documented.get('content')
        kind = (answer.headers['Content-Type'] or '').split(';')[0]
        if method == 'HEAD' or not content:
            if answer.body:
                raise AssertionError(f'{method} {path}: a body that is not documented')
            return
        if kind not in content:
            raise AssertionError(f'{method} {path}: type {kind} is not documented')
        for header, told in documented.get('headers', {}).items():
            if told.get('required', True) and answer.headers[header] is None:
                raise AssertionError(f'{method} {path}: {answer.status} without {header}')
        if kind.endswith('json'):
            self.validate(content[kind]['schema'], answer.json, f'{method} {path}')

    def check_problem(self, answer):
        self.validate({'$ref': '#/components/schemas/Problem'}, answer.json, 'problem')

    def never_seen(self, ignored, paths):
        """What is documented of these paths and never came, but for statuses brought about elsewhere."""
        return sorted((name, method, int(status))
                      for name, methods in self.root['paths'].items() if name in paths
                      for method, operation in methods.items()
                      for status in operation['responses']
                      if int(status) not in ignored and
                      (name, method, int(status)) not in self.seen)

    def validate(self, schema, value, where):
        for keyword, wanted in schema.items():
            KEYWORDS[keyword](self, wanted, value, schema, where)

    def ref(self, wanted, value, _schema, where):
        node = self.root
        for part in wanted.removeprefix('#/').split('/'):
            node = node[part]
        self.validate(node, value, where)

    def one_of(self, wanted, value, _schema, where):
        fits = 0
        for schema in wanted:
            try:
                self.validate(schema, value, where)
                fits += 1
            except AssertionError:
                pass
        require(fits == 1, where, f'fits {fits} of the choices')

    def properties(self, wanted, value, schema, where):
        for key, schema_of_key in wanted.items():
            if key in value:
                self.validate(schema_of_key, value[key], f'{where}.{key}')

    def additional(self, wanted, value, schema, where):
        for key in value:
            if key not in schema.get('properties', {}):
                require(wanted is not False, where, f'{key} is not documented')
                self.validate(wanted, value[key], f'{where}.{key}')

    def items(self, wanted, value, _schema, where):
        for number, item in enumerate(value):
            self.validate(wanted, item, f'{where}[{number}]')


def require(good, where, what):
    if not good:
        raise AssertionError(f'{where}: {what}')


def of_type(value, name):
    if name == 'integer':
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, {'object': dict, 'array': list, 'string': str, 'boolean': bool,
                              'null': type(None)}[name])


KEYWORDS = {
    '$ref': Contract.ref,
    'oneOf': Contract.one_of,
    'properties': Contract.properties,
    'additionalProperties': Contract.additional,
    'items': Contract.items,
    'type': lambda c, w, v, s, p: require(of_type(v, w), p, f'is no {w}'),
    'const': lambda c, w, v, s, p: require(v == w, p, f'is not {w}'),
    'enum': lambda c, w, v, s, p: require(v in w, p, f'{v} is none of {w}'),
    'pattern': lambda c, w, v, s, p: require(re.search(w, v), p, f'{v} does not match {w}'),
    'minimum': lambda c, w, v, s, p: require(v >= w, p, f'{v} is below {w}'),
    'maximum': lambda c, w, v, s, p: require(v <= w, p, f'{v} is above {w}'),
    'minLength': lambda c, w, v, s, p: require(len(v) >= w, p, 'is too short'),
    'maxLength': lambda c, w, v, s, p: require(len(v) <= w, p, 'is too long'),
    'maxItems': lambda c, w, v, s, p: require(len(v) <= w, p, 'has too many items'),
    'required': lambda c, w, v, s, p: [require(k in v, p, f'lacks {k}') for k in w],
    'description': lambda c, w, v, s, p: None,
}
