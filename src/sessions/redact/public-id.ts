/** UUIDs, hexadecimal digests, integrity strings: identities and checksums, no secrets unless a name says so. */
export function isPublicId(value: string): boolean {
  return (
    /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i.test(value) ||
    /^(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)$/.test(value) ||
    /^(?:sha(?:1|224|256|384|512)|md5|h1)[-:]/i.test(value)
  );
}
