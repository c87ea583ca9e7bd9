# SPDX-License-Identifier: Apache-2.0
"""Notices and templates: there in every language, filled with what the settings hold, never more than text."""

import html.parser
import os
import re

from harness import SOURCE, Case, main

FOLDER = os.path.join(SOURCE, 'policies', 'documents')
LANGUAGES = ('en', 'nl', 'pl', 'zh-Hant')
# Of controls.json: the rows doc.* that are a text for a school, and the notices of exempt.* and lost.*
NAMES = ['dpia', 'exemption-notice', 'incident-playbook', 'limits', 'lost-account', 'lost-device', 'necessity-test',
         'privacy-notice', 'public-place', 'pupil-parent-guide', 'records', 'rights-process',
         'safeguarding-boundary', 'school-policy', 'staff-training', 'supplier-check']


class Page(html.parser.HTMLParser):
    """Every element closed in order; the text as a reader sees it"""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.text, self.lang = [], [], '', None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.lang = dict(attrs).get('lang', self.lang)
        if tag != 'meta':
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            raise AssertionError(f'{tag} closes another')

    def handle_data(self, data):
        self.text += data


class Documents(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.server.sign_in()

    def set(self, **changes):
        done = self.server.write_call('POST', '/api/v1/settings', changes, cookie=self.ann)
        self.assertEqual(done.status, 200, done.body)

    def get(self, name, query=''):
        return self.server.call('GET', f'/api/v1/documents/{name}{query}')

    def source(self, language, name):
        with open(os.path.join(FOLDER, language, name + '.md'), encoding='utf-8') as file:
            return file.read()

    def test_each_is_there_in_each_language(self):
        listed = self.server.call('GET', '/api/v1/documents').json
        self.assertEqual(listed, {'documents': NAMES, 'languages': list(LANGUAGES)})
        for language in LANGUAGES:
            self.assertEqual(sorted(os.listdir(os.path.join(FOLDER, language))), sorted(n + '.md' for n in NAMES + ['breach-form']))
            for name in NAMES:
                answer = self.get(name, f'?language={language}')
                self.assertEqual(answer.status, 200, name)
                page = Page(answer.body.decode())
                self.assertEqual((page.open, page.lang), ([], language))
                self.assertEqual(page.tags.count('h1'), 1, name)
                self.assertNotRegex(page.text, r'[{}]')

    def test_translations_have_the_same_fields_parts_and_lines(self):
        for name in NAMES + ['breach-form']:
            english = self.source('en', name)
            for language in LANGUAGES[1:]:
                other = self.source(language, name)
                for what in (r'\{[a-z_]+\}', r'\b(?:conf|server|lock|rec|exempt|patch)\.[a-z-]+', r'www\.\S+\.hk'):
                    self.assertEqual(sorted(re.findall(what, english)), sorted(re.findall(what, other)),
                                     (language, name))
                self.assertEqual([line[:2] for line in english.splitlines()],
                                 [line[:2] if line[0] in '#-123456' else english.splitlines()[i][:2]
                                  for i, line in enumerate(other.splitlines())], (language, name))

    def test_the_notice_says_what_the_settings_say(self):
        self.set(contact='privacy@school.example', hosting_region='Utrecht, NL', hosting_processor='Foundation X',
                 history_days=17, exemption_days=41, providers='jitsi,zoom', review_dpia='2027-02-03')
        for language in LANGUAGES:
            text = Page(self.get('privacy-notice', f'?language={language}').body.decode()).text
            for value in ('privacy@school.example', 'Utrecht, NL', 'Foundation X', '17', '41'):
                self.assertIn(value, text, language)
            self.assertIn('jitsi,zoom', self.get('records', f'?language={language}').body.decode())
            self.assertIn('2027-02-03', self.get('dpia', f'?language={language}').body.decode())
            printed = self.server.run('document', 'privacy-notice', '--language', language)
            self.assertEqual(printed, self.get('privacy-notice', f'?language={language}&format=text')
                             .body.decode().strip())
        self.set(history_days=0, contact='', language='pl')
        self.assertEqual(Page(self.get('privacy-notice').body.decode()).lang, 'pl')
        self.assertIn('........', self.get('privacy-notice').body.decode())
        self.set(language='en', history_days=90)

    def test_nothing_but_text(self):
        for evil in ('<script>alert(1)</script>', '</main><img src=x onerror=alert(1)>', '&lt;b&gt;', '{contact}',
                     '"\'><svg/onload=1>', '# - 1. {nothing}'):
            self.set(contact=evil)
            body = self.get('privacy-notice').body.decode()
            page = Page(body)
            self.assertEqual(page.open, [])
            self.assertLessEqual(set(page.tags), {'html', 'head', 'meta', 'title', 'body', 'main', 'h1', 'h2', 'ul',
                                                  'li', 'p'})
            self.assertIn(evil, page.text)
        self.set(contact='')

    def test_what_is_not_there(self):
        for name in ('nothing', 'breach-form', 'en', 'dpia.md', '..', '%2e%2e', 'en%2fdpia', '..%2f..%2ftexts%2fen'):
            self.assertIn(self.get(name).status, (400, 404), name)
        for query in ('?language=xx', '?language=../en', '?language=', '?format=pdf', '?other=1'):
            self.assertIn(self.get('dpia', query).status, (400, 404), query)
        for words in (('nothing',), ('dpia', '--language', 'xx')):
            self.server.run('document', *words, code=1)
        self.server.run('document', code=64)
        self.server.run('document', 'dpia', '--format', 'pdf', code=64)


if __name__ == '__main__':
    main()
