import type { FastifyRequest } from 'fastify';
import { auditReason } from '../http/audit-reason.ts';
import type { Actor } from '../world/actor.ts';
import { applicationOf } from './authentication.ts';

/** The bot that asks, with its reason. @throws RestError 401 without one; 50035 for a reason that is too long */
export function actorOf(request: FastifyRequest): Actor {
  return { userId: applicationOf(request).botUserId, reason: auditReason(request) };
}
