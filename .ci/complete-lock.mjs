// Run after `npm install` changed package-lock.json on a registry that carries the packages of one platform only:
// adds the optional packages of all other platforms, without which `npm ci` refuses the lock file. An entry's
// platform is read from its name; versions and licences are those of the package that asks for it.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

for (const [owner, asking] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(asking.optionalDependencies ?? {})) {
    const places = [`node_modules/${name}`, `${owner}/node_modules/${name}`];
    if (places.some((place) => lock.packages[place])) continue;
    const words = name.split('/').at(-1).split('-');
    const os = systems.filter(
      (system) => words.includes(system) || (system === 'darwin' && name === 'fsevents'),
    );
    const cpu = processors.filter((processor) => words.includes(processor));
    const libc =
      os.includes('linux') && (/musl/.test(name) ? ['musl'] : /gnu/.test(name) ? ['glibc'] : undefined);
    lock.packages[places[0]] = {
      version,
      ...(asking.dev ? { dev: true } : {}),
      ...(asking.license ? { license: asking.license } : {}),
      optional: true,
      ...(os.length > 0 ? { os } : {}),
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(libc ? { libc } : {}),
    };
    console.log(`added ${name}@${version}`);
  }
}
const byName = ([a], [b]) => (a < b ? -1 : 1);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(byName));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
