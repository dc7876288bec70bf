package io.outrigger.proxy.store;

/**
 * The steps of keys. Immutable.
 *
 * <p>A key is a hash with the fingerprint ({@code print}). With {@code token} it is in flight: it has an owner, whose
 * lease ends {@code keep} milliseconds before the hash expires. So a lease is renewed, and has ended, by Redis's clock
 * alone, and renewing writes nothing that a full Redis would refuse. With {@code answer} it is answered; with neither,
 * and with a token whose lease has ended, it is unknown; {@code loss} says why, where there was room for that. The index of a place has its callers, by when they expire.
 */
final class KeyScripts {
    private static final String LIST_CALLER = """
            local function list(index, caller, left, add)
              local time = redis.call('TIME')
              local now = time[1] * 1000 + math.floor(time[2] / 1000)
              redis.call('ZREMRANGEBYSCORE', index, '-inf', now)
              redis.pcall('ZADD', index, now + left, caller)
              if redis.call('PTTL', index) < left then redis.call('PEXPIRE', index, left) end
            end
            """;

    /** KEYS: the key, the index. ARGV: fingerprint, token, lease, keep, lost, caller. */
    static final Script CLAIM = Script.of(LIST_CALLER + """
            local found = redis.call('HMGET', KEYS[1], 'print', 'token', 'keep', 'again', 'loss')
            local again = '0'
            if found[1] then
              local live = found[2] and redis.call('PTTL', KEYS[1]) > tonumber(found[3])
              local answer = not found[2] and redis.call('HEXISTS', KEYS[1], 'answer') == 1
              local lost = not live and not answer
              if not (lost and ARGV[5] == 'FORGET') then
                if live and found[2] == ARGV[2] then return {'owned', found[4]} end
                if found[1] ~= ARGV[1] then return {'mismatch'} end
                if live then return {'inFlight'} end
                if answer then return {'answered', redis.call('HGET', KEYS[1], 'answer')} end
                if ARGV[5] ~= 'AGAIN' then return {'unknown', found[2] and 'LEASE_ENDED' or found[5] or ''} end
                again = '1'
              end
            end
            local left = ARGV[3] + ARGV[4]
            redis.call('HSET', KEYS[1], 'print', ARGV[1], 'token', ARGV[2], 'keep', ARGV[4], 'again', again)
            redis.call('PEXPIRE', KEYS[1], left)
            list(KEYS[2], ARGV[6], left)
            return {'owned', again}
            """);

    /** KEYS: the key, the index. ARGV: token, lease, keep, caller. */
    static final Script RENEW = Script.of(LIST_CALLER + """
            if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return {'lost'} end
            local left = ARGV[2] + ARGV[3]
            redis.call('PEXPIRE', KEYS[1], left)
            list(KEYS[2], ARGV[4], left)
            return {'done'}
            """);

    /** KEYS: the key, the index. ARGV: token, how, keep, caller, the answer or the loss. A full Redis refuses to write, not to take away. */
    static final Script FINISH = Script.of(LIST_CALLER + """
            if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return {'lost'} end
            if ARGV[2] == 'forgotten' then
              redis.call('DEL', KEYS[1])
              redis.call('ZREM', KEYS[2], ARGV[4])
              return {'done'}
            end
            local done = 'done'
            if ARGV[2] == 'answered' then
              local kept = redis.pcall('HSET', KEYS[1], 'answer', ARGV[5])
              if type(kept) == 'table' and kept.err then done = 'full' end
            end
            if ARGV[2] == 'unknown' then redis.pcall('HSET', KEYS[1], 'loss', ARGV[5]) end
            redis.call('HDEL', KEYS[1], 'token', 'again')
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            list(KEYS[2], ARGV[4], tonumber(ARGV[3]))
            return {done}
            """);

    /** KEYS: the key. Gives how long its lease lasts, in milliseconds; 0 where it is not in flight. */
    static final Script LEASE = Script.of("""
            local found = redis.call('HMGET', KEYS[1], 'token', 'keep')
            if not found[1] then return {0} end
            return {math.max(redis.call('PTTL', KEYS[1]) - found[2], 0)}
            """);

    /** KEYS: the index. ARGV: what the names of keys begin with, and whether to release. Of 100 callers at most. */
    static final Script LOOK = Script.of("""
            local shown = {}
            for _, caller in ipairs(redis.call('ZRANGE', KEYS[1], 0, 99)) do
              local key = ARGV[1] .. caller
              local found = redis.call('HMGET', key, 'print', 'token', 'keep', 'answer')
              if found[1] then
                local left = redis.call('PTTL', key)
                local state, status = 'UNKNOWN', 0
                if found[2] and left > tonumber(found[3]) then
                  state, left = 'IN_FLIGHT', left - found[3]
                elseif not found[2] and found[4] then
                  state, status = 'ANSWERED', string.byte(found[4], 2) * 256 + string.byte(found[4], 3)
                elseif ARGV[2] == 'release' then
                  redis.call('DEL', key)
                  redis.call('ZREM', KEYS[1], caller)
                end
                table.insert(shown, {caller, state, status, left})
              end
            end
            return shown
            """);

    private KeyScripts() {}
}
