/** What a verification command verifies. */
export type CheckKind = 'test' | 'build' | 'lint' | 'types';

/** A rule over the words after a program's name: the kind, or undefined when this use verifies nothing. */
type ProgramRule = CheckKind | ((words: readonly string[]) => CheckKind | undefined);

/** Kind of a script, target or task by its name (`npm run test:unit`, `make lint`, `turbo run typecheck`). */
export function kindOfScript(name: string): CheckKind | undefined {
  const parts = name.toLowerCase().split(/[^a-z0-9]+/);
  const has = (...words: string[]) => words.some((word) => parts.includes(word));
  if (has('watch', 'dev', 'serve', 'server', 'start', 'install', 'clean', 'update', 'fix', 'setup', 'deploy'))
    return undefined;
  if (
    has(
      'test',
      'tests',
      'unit',
      'e2e',
      'spec',
      'specs',
      'integration',
      'coverage',
      'vitest',
      'jest',
      'pytest',
      'smoke',
    )
  )
    return 'test';
  if (
    has('typecheck', 'types', 'tsc', 'typing', 'mypy', 'pyright', 'checktypes') ||
    /type-?check|check-?types/.test(name)
  )
    return 'types';
  if (has('lint', 'linter', 'eslint', 'biome', 'clippy', 'ruff', 'stylelint', 'vet')) return 'lint';
  if (has('check') && has('format', 'fmt', 'style', 'prettier')) return 'lint';
  if (has('build', 'compile', 'bundle')) return 'build';
  if (has('check', 'verify', 'ci', 'validate', 'qa', 'precommit')) return 'test';
  return undefined;
}

/** First word that is not an option. */
const firstPlain = (words: readonly string[]) => words.find((word) => !word.startsWith('-'));
const plain = (words: readonly string[]) =>
  words.filter((word) => !word.startsWith('-') && !word.includes('='));
const verb = (table: Record<string, CheckKind>) => (words: readonly string[]) =>
  table[firstPlain(words) ?? ''];
const anyVerb = (table: Record<string, CheckKind>) => (words: readonly string[]) => {
  const kinds = plain(words).map((word) => table[word.replace(/^.*:/, '')] ?? table[word]);
  return kinds.find((kind) => kind === 'test') ?? kinds.find((kind) => kind !== undefined);
};
const onlyWith = (flags: readonly string[], kind: CheckKind) => (words: readonly string[]) =>
  words.some((word) => flags.includes(word)) ? kind : undefined;

/** `npm`-like: `test`, `run <script>`, `<script>`; options before the script (`--filter web`, `-C dir`) are skipped. */
function packageScript(words: readonly string[]): CheckKind | undefined {
  const valued = new Set(['--filter', '-F', '-C', '--dir', '--prefix', '--cwd', '-w', '--workspace']);
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '--') break;
    if (valued.has(word)) at += 1;
    else if (!word.startsWith('-')) rest.push(word);
  }
  const skipped = new Set(['run', 'run-script', 'rum', 'recursive', 'workspaces', 'foreach']);
  while (rest.length > 0 && skipped.has(rest[0] as string)) rest.shift();
  if (rest[0] === 'workspace') rest.splice(0, 2);
  if (rest[0] === 'run') rest.shift();
  if (rest[0] === 't' || rest[0] === 'tst' || rest[0] === 'it') return rest[0] === 'it' ? undefined : 'test';
  const notScripts = new Set([
    'install',
    'i',
    'add',
    'remove',
    'ci',
    'publish',
    'pack',
    'view',
    'info',
    'why',
    'ls',
    'list',
    'config',
    'pkg',
    'audit',
    'outdated',
    'update',
    'link',
    'exec',
    'dlx',
    'create',
    'init',
    'version',
  ]);
  return rest[0] === undefined || notScripts.has(rest[0]) ? undefined : kindOfScript(rest[0]);
}

const targets = (words: readonly string[]): CheckKind | undefined => {
  const valued = new Set(['-C', '-f', '-j', '--directory', '--file']);
  const names = words.filter(
    (word, at) => !word.startsWith('-') && !word.includes('=') && !valued.has(words[at - 1] ?? ''),
  );
  const kinds = names.map(kindOfScript);
  return kinds.find((kind) => kind === 'test') ?? kinds.find((kind) => kind !== undefined);
};

const gradle = anyVerb({
  test: 'test',
  check: 'test',
  connectedCheck: 'test',
  build: 'build',
  assemble: 'build',
  assembleDebug: 'build',
  assembleRelease: 'build',
  compileJava: 'build',
  compileKotlin: 'build',
  compileTestJava: 'build',
  lint: 'lint',
  ktlintCheck: 'lint',
  detekt: 'lint',
  spotlessCheck: 'lint',
  testDebugUnitTest: 'test',
  testReleaseUnitTest: 'test',
});
const maven = anyVerb({
  test: 'test',
  verify: 'test',
  'integration-test': 'test',
  package: 'build',
  install: 'build',
  compile: 'build',
  'test-compile': 'build',
});

/** Programs by the name of their file, without path and `.exe`, `.cmd`. */
export const programs: Readonly<Record<string, ProgramRule>> = {
  npm: packageScript,
  pnpm: packageScript,
  yarn: packageScript,
  bun: (words) =>
    firstPlain(words) === 'test' ? 'test' : firstPlain(words) === 'build' ? 'build' : packageScript(words),
  deno: (words) =>
    firstPlain(words) === 'task'
      ? packageScript(words.slice(1))
      : verb({ test: 'test', lint: 'lint', check: 'types', bench: 'test' })(words),
  turbo: packageScript,
  lerna: packageScript,
  nx: targets,
  composer: packageScript,
  make: (words) => (plain(words).length === 0 ? 'build' : targets(words)),
  gmake: (words) => (plain(words).length === 0 ? 'build' : targets(words)),
  just: targets,
  task: targets,
  rake: (words) => (plain(words).length === 0 ? 'test' : targets(words)),
  vitest: (words) =>
    ['list', 'init', 'watch', 'dev'].includes(firstPlain(words) ?? '') ? undefined : 'test',
  jest: 'test',
  mocha: 'test',
  ava: 'test',
  tap: 'test',
  jasmine: 'test',
  karma: verb({ start: 'test' }),
  c8: 'test',
  nyc: 'test',
  uvu: 'test',
  playwright: verb({ test: 'test' }),
  cypress: verb({ run: 'test' }),
  wdio: 'test',
  'start-server-and-test': 'test',
  'vscode-test': 'test',
  node: onlyWith(['--test'], 'test'),
  tsx: onlyWith(['--test'], 'test'),
  pytest: 'test',
  'py.test': 'test',
  unittest: 'test',
  tox: 'test',
  nox: 'test',
  nosetests: 'test',
  trial: 'test',
  behave: 'test',
  ward: 'test',
  cargo: (words) =>
    verb({
      test: 'test',
      t: 'test',
      nextest: 'test',
      build: 'build',
      b: 'build',
      check: 'types',
      c: 'types',
      clippy: 'lint',
    })(words.filter((word) => !word.startsWith('+'))) ??
    (words.includes('fmt') ? onlyWith(['--check'], 'lint')(words) : undefined),
  'cargo-nextest': 'test',
  trunk: verb({ build: 'build' }),
  'wasm-pack': verb({ build: 'build', test: 'test' }),
  go: verb({ test: 'test', build: 'build', install: 'build', vet: 'lint' }),
  gotestsum: 'test',
  ginkgo: 'test',
  'golangci-lint': verb({ run: 'lint' }),
  staticcheck: 'lint',
  gotest: 'test',
  dotnet: (words) =>
    verb({ test: 'test', build: 'build', publish: 'build', msbuild: 'build' })(words) ??
    (words[0] === 'format' ? onlyWith(['--verify-no-changes'], 'lint')(words) : undefined),
  msbuild: 'build',
  'invoke-pester': 'test',
  gradle,
  gradlew: gradle,
  mvn: maven,
  mvnw: maven,
  sbt: anyVerb({ test: 'test', compile: 'build', testOnly: 'test' }),
  lein: verb({ test: 'test', compile: 'build' }),
  ant: targets,
  bazel: verb({ test: 'test', build: 'build' }),
  bazelisk: verb({ test: 'test', build: 'build' }),
  buck2: verb({ test: 'test', build: 'build' }),
  cmake: onlyWith(['--build'], 'build'),
  ninja: 'build',
  ctest: 'test',
  meson: verb({ test: 'test', compile: 'build' }),
  zig: (words) =>
    words[0] === 'build' && words[1] === 'test' ? 'test' : verb({ test: 'test', build: 'build' })(words),
  swift: verb({ test: 'test', build: 'build' }),
  xcodebuild: (words) =>
    words.some((word) => word.startsWith('test'))
      ? 'test'
      : words.some((word) => ['build', 'archive', 'analyze'].includes(word))
        ? 'build'
        : undefined,
  rspec: 'test',
  minitest: 'test',
  cucumber: 'test',
  rails: (words) => (/^(test|spec)/.test(words[0] ?? '') ? 'test' : undefined),
  rubocop: 'lint',
  srb: verb({ tc: 'types' }),
  phpunit: 'test',
  pest: 'test',
  phpstan: 'types',
  psalm: 'types',
  phpcs: 'lint',
  artisan: verb({ test: 'test' }),
  mix: verb({ test: 'test', compile: 'build', credo: 'lint', dialyzer: 'types' }),
  rebar3: verb({ eunit: 'test', ct: 'test', compile: 'build' }),
  stack: verb({ test: 'test', build: 'build' }),
  cabal: verb({ test: 'test', build: 'build' }),
  dune: verb({ test: 'test', runtest: 'test', build: 'build' }),
  flutter: verb({ test: 'test', build: 'build', analyze: 'lint' }),
  dart: verb({ test: 'test', analyze: 'lint', compile: 'build' }),
  bats: 'test',
  busted: 'test',
  shunit2: 'test',
  hugo: 'build',
  terraform: verb({ validate: 'types' }),
  nix: verb({ build: 'build', flake: 'build' }),
  'nix-build': 'build',
  tsc: (words) => (words.some((word) => word === '-b' || word === '--build') ? 'build' : 'types'),
  'vue-tsc': 'types',
  tsgo: 'types',
  'svelte-check': 'types',
  attw: 'types',
  astro: verb({ check: 'types', build: 'build' }),
  mypy: 'types',
  dmypy: 'types',
  pyright: 'types',
  basedpyright: 'types',
  pyre: 'types',
  ty: verb({ check: 'types' }),
  pytype: 'types',
  flow: verb({ check: 'types' }),
  eslint: 'lint',
  eslint_d: 'lint',
  standard: 'lint',
  xo: 'lint',
  oxlint: 'lint',
  stylelint: 'lint',
  knip: 'lint',
  publint: 'lint',
  biome: verb({ check: 'lint', lint: 'lint', ci: 'lint' }),
  prettier: onlyWith(['--check', '-c', '--list-different', '-l'], 'lint'),
  dprint: verb({ check: 'lint' }),
  ruff: (words) =>
    words[0] === 'format'
      ? onlyWith(['--check', '--diff'], 'lint')(words)
      : words[0] === 'check'
        ? 'lint'
        : undefined,
  flake8: 'lint',
  pylint: 'lint',
  black: onlyWith(['--check', '--diff'], 'lint'),
  isort: onlyWith(['--check', '--check-only', '-c'], 'lint'),
  bandit: 'lint',
  'pre-commit': verb({ run: 'lint' }),
  prek: verb({ run: 'lint' }),
  shellcheck: 'lint',
  hadolint: 'lint',
  actionlint: 'lint',
  yamllint: 'lint',
  markdownlint: 'lint',
  'markdownlint-cli2': 'lint',
  vale: 'lint',
  ktlint: 'lint',
  detekt: 'lint',
  swiftlint: 'lint',
  checkstyle: 'lint',
  typos: 'lint',
  gofmt: onlyWith(['-l', '-d'], 'lint'),
  rustfmt: onlyWith(['--check'], 'lint'),
  'clang-tidy': 'lint',
  cppcheck: 'lint',
  luacheck: 'lint',
  selene: 'lint',
  rollup: 'build',
  webpack: 'build',
  esbuild: 'build',
  tsup: 'build',
  tsdown: 'build',
  unbuild: 'build',
  parcel: verb({ build: 'build' }),
  vite: verb({ build: 'build' }),
  next: verb({ build: 'build', lint: 'lint' }),
  nuxt: verb({ build: 'build', typecheck: 'types' }),
  'electron-builder': 'build',
  'react-scripts': verb({ test: 'test', build: 'build' }),
  ng: verb({ test: 'test', build: 'build', lint: 'lint' }),
  expo: verb({ lint: 'lint' }),
  storybook: verb({ build: 'build' }),
  docusaurus: verb({ build: 'build' }),
  mkdocs: verb({ build: 'build' }),
  tauri: verb({ build: 'build' }),
  docker: (words) =>
    words[0] === 'build' ||
    (words[0] === 'buildx' && words[1] === 'build') ||
    (words[0] === 'compose' && words[1] === 'build')
      ? 'build'
      : undefined,
  podman: verb({ build: 'build' }),
  poetry: verb({ build: 'build' }),
  uv: verb({ build: 'build' }),
  hatch: verb({ test: 'test', build: 'build' }),
  'python-build': 'build',
};
