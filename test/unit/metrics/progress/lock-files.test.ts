import { describe, expect, it } from 'vitest';
import { parseNpmLock } from '../../../../src/metrics/progress/npm-lock.ts';
import { parsePythonLock, parseRequirements } from '../../../../src/metrics/progress/python-lock.ts';

const registry = 'https://registry.npmjs.org';

describe('parseNpmLock', () => {
  it('gives the direct dependencies of the top and of workspaces, each at its own version', () => {
    const text = JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': {
          dependencies: { a: '^1', alias: 'npm:real@2', gone: '1' },
          devDependencies: { '@s/b': '*', w: '*' },
        },
        'packages/w': { version: '0.0.1', dependencies: { a: '^2', c: 'github:x/c' } },
        'node_modules/w': { resolved: 'packages/w', link: true },
        'node_modules/a': { version: '1.2.0', resolved: `${registry}/a/-/a-1.2.0.tgz` },
        'packages/w/node_modules/a': { version: '2.0.0', resolved: 'https://npm.corp.example/a-2.0.0.tgz' },
        'node_modules/c': { version: '3.0.0', resolved: 'git+ssh://git@github.com/x/c.git#abc' },
        'node_modules/@s/b': { version: '0.1.0' },
        'node_modules/alias': {
          name: 'real',
          version: '2.1.0',
          resolved: `${registry}/real/-/real-2.1.0.tgz`,
        },
        'node_modules/deep': { version: '9.0.0' },
      },
    });
    expect(parseNpmLock(text, 'package-lock.json')).toEqual({
      notes: [],
      dependencies: [
        { ecosystem: 'npm', name: 'a', version: '1.2.0', host: 'registry.npmjs.org', elsewhere: null },
        { ecosystem: 'npm', name: 'real', version: '2.1.0', host: 'registry.npmjs.org', elsewhere: null },
        { ecosystem: 'npm', name: '@s/b', version: '0.1.0', host: null, elsewhere: null },
        { ecosystem: 'npm', name: 'a', version: '2.0.0', host: 'npm.corp.example', elsewhere: null },
        {
          ecosystem: 'npm',
          name: 'c',
          version: '3.0.0',
          host: 'github.com',
          elsewhere: 'it does not come from a registry',
        },
      ],
    });
  });

  it('says why it reads nothing in a broken or an old file', () => {
    expect(parseNpmLock('{', 'x/package-lock.json').notes).toEqual(['x/package-lock.json is no JSON.']);
    expect(parseNpmLock('{"lockfileVersion":1,"dependencies":{}}', 'l').notes[0]).toContain(
      'no list of packages',
    );
  });
});

describe('parseRequirements', () => {
  it('takes exact pins and counts the rest', () => {
    const text =
      '# a\n-r other.txt\n--index-url https://x\nDjango==4.2.1 ; python_version > "3"\nrequests[socks] == 2.31.0  # why\nflask>=2\nzope.interface==6.0 \\\n    --hash=sha256:ab\ngit+https://x/y\n';
    const { dependencies, notes } = parseRequirements(text, 'requirements.txt');
    expect(dependencies.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'django 4.2.1',
      'requests 2.31.0',
      'zope-interface 6.0',
    ]);
    expect(notes).toEqual(['requirements.txt: 2 without an exact version, not counted.']);
  });
});

describe('parsePythonLock', () => {
  const poetry =
    '[[package]]\nname = "Jinja2"\nversion = "3.1.0"\n\n[package.dependencies]\nMarkupSafe = ">=2"\n\n[[package]]\nname = "markupsafe"\nversion = "2.1.0"\n\n[[package]]\nname = "own"\nversion = "1.0"\n\n[package.source]\ntype = "git"\nurl = "https://github.com/x/own"\n';

  it('takes what pyproject.toml asks for, in the tables of Poetry', () => {
    const pyproject =
      '[tool.poetry.dependencies]\npython = "^3.12"\njinja2 = "^3"\nown = { git = "x" }\n[tool.other]\nmarkupsafe = 1\n';
    const { dependencies, notes } = parsePythonLock(poetry, 'poetry.lock', pyproject);
    expect(dependencies.map(({ name, version, elsewhere }) => [name, version, elsewhere])).toEqual([
      ['jinja2', '3.1.0', null],
      ['own', '1.0', 'it does not come from a registry'],
    ]);
    expect(notes).toEqual([]);
  });

  it('takes what [project] lists, over lines and in groups', () => {
    const pyproject =
      '[project]\nname = "x"\ndependencies = [\n  "jinja2>=3",\n]\n[dependency-groups]\ndev = ["MarkupSafe[x]~=2.0"]\n[project.scripts]\nown = "a:b"\n';
    expect(parsePythonLock(poetry, 'poetry.lock', pyproject).dependencies.map(({ name }) => name)).toEqual([
      'jinja2',
      'markupsafe',
    ]);
  });

  it('takes all where nothing says what is direct', () => {
    const { dependencies, notes } = parsePythonLock(poetry, 'poetry.lock', undefined);
    expect(dependencies).toHaveLength(3);
    expect(notes[0]).toContain('all are counted');
  });

  it('takes what the own package of uv.lock asks for', () => {
    const uv =
      'version = 1\n\n[[package]]\nname = "mine"\nversion = "0.1"\nsource = { virtual = "." }\ndependencies = [\n    { name = "httpx" },\n]\n\n[package.dev-dependencies]\ndev = [\n    { name = "pytest" },\n]\n\n[[package]]\nname = "httpx"\nversion = "0.27.0"\nsource = { registry = "https://pypi.org/simple" }\n\n[[package]]\nname = "idna"\nversion = "3.0"\nsource = { registry = "https://pypi.org/simple" }\n\n[[package]]\nname = "pytest"\nversion = "8.0.0"\nsource = { registry = "https://pypi.corp.example/simple" }\n';
    expect(parsePythonLock(uv, 'uv.lock', undefined).dependencies).toEqual([
      { ecosystem: 'pypi', name: 'httpx', version: '0.27.0', host: 'pypi.org', elsewhere: null },
      { ecosystem: 'pypi', name: 'pytest', version: '8.0.0', host: 'pypi.corp.example', elsewhere: null },
    ]);
  });
});
