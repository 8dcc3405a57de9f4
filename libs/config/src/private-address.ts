import { BlockList, isIP } from 'node:net';
import { isLoopback } from './loopback.js';

const HOUSE_SUFFIXES = ['.localhost', '.local', '.internal'];

/** RFC 1918 and unique local addresses; an IPv4 address that is written as IPv6 counts as what it is. */
const house = new BlockList();
house.addSubnet('10.0.0.0', 8, 'ipv4');
house.addSubnet('172.16.0.0', 12, 'ipv4');
house.addSubnet('192.168.0.0', 16, 'ipv4');
house.addSubnet('127.0.0.0', 8, 'ipv4');
house.addSubnet('fc00::', 7, 'ipv6');

/**
 * Whether the host of an address lies in the house: loopback, a private network, a name that public DNS does not have.
 * What the house's own DNS answers to such a name is the house's business.
 */
export function isPrivateAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  // The parser brings every way of writing an IPv4 address to the usual one.
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isLoopback(host)) return true;
  const version = isIP(host);
  if (version !== 0) return house.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host !== '' && (!host.includes('.') || HOUSE_SUFFIXES.some((suffix) => host.endsWith(suffix)));
}
