import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isResumeUrlAllowed, type ResumeUrlPolicy } from '@guildhall/protocol';

const DISCORD = 'wss://gateway.discord.gg/';
const OWN = 'wss://gateway.example.com/';
const LOCAL = 'ws://127.0.0.1:4400/';

const TABLE: readonly (readonly [url: string, base: string, policy: ResumeUrlPolicy, allowed: boolean])[] = [
  ['wss://gateway-us-east1-b.discord.gg', DISCORD, 'same-site', true],
  ['wss://gateway.discord.gg', DISCORD, 'same-site', true],
  ['wss://gateway.discord.gg.example.com', DISCORD, 'same-site', false],
  ['wss://evildiscord.gg', DISCORD, 'same-site', false],
  ['wss://example.com/#.discord.gg', DISCORD, 'same-site', false],
  ['wss://user:word@gateway.discord.gg', DISCORD, 'same-site', false],
  ['ws://gateway.discord.gg', DISCORD, 'same-site', false],
  ['ws://gateway.discord.gg', DISCORD, 'any', false],
  ['https://gateway.discord.gg', DISCORD, 'any', false],
  ['not a url', DISCORD, 'any', false],
  ['', DISCORD, 'any', false],
  ['wss://example.org', DISCORD, 'any', true],
  ['wss://gateway.example.com:8443/x', OWN, 'same-site', true],
  ['wss://east.gateway.example.com', OWN, 'same-site', true],
  ['wss://other.example.com', OWN, 'same-site', false],
  ['wss://gateway.discord.gg', OWN, 'same-site', false],
  ['wss://127.0.0.1', OWN, 'same-site', false],
  ['ws://127.0.0.1:9999/', LOCAL, 'same-site', true],
  ['ws://localhost:9999/', LOCAL, 'same-site', true],
  ['ws://[::1]:9999/', LOCAL, 'same-site', true],
  ['wss://localhost/', LOCAL, 'same-site', true],
  ['ws://192.168.0.1/', LOCAL, 'same-site', false],
  ['ws://127.0.0.1.example.com/', LOCAL, 'same-site', false],
  ['wss://gateway.example.com', OWN, [], true],
  ['wss://resume.example.org', OWN, ['resume.example.org'], true],
  ['wss://a.resume.example.org', OWN, ['resume.example.org'], false],
  ['wss://a.b.example.org', OWN, ['*.example.org'], true],
  ['wss://example.org', OWN, ['*.example.org'], false],
  ['ws://resume.example.org', OWN, ['resume.example.org'], false],
];

describe('a resume address', () => {
  for (const [url, base, policy, allowed] of TABLE) {
    test(`${url} is ${allowed ? '' : 'not '}followed from ${base} under ${JSON.stringify(policy)}`, () => {
      assert.equal(isResumeUrlAllowed(url, base, policy), allowed);
    });
  }
});
