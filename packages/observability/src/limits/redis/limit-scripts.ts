/**
 * One decision over all limits of a key: either every limit counts the request, or none does. Time is the server's, because the clocks of processes
 * differ.
 *
 * Keys: the log of the newest minute (a sorted set of `id:tokens` by start, in microseconds), what runs (a sorted set of ids by the end of their lease),
 * the sums (`t`: tokens in the log, `w`: the window of the budget, `usd`: spent and reserved in it), and what each request holds of the budget (US
 * dollars by id). A limit of -1 does not apply.
 *
 * An admission also says what counts with the request: requests and tokens of the minute, what runs, US dollars, and when the window of the budget
 * ends, in microseconds. What is not limited is 0.
 */
export const RESERVE = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local log, running, sums, held = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, tokens, usd, isGuess = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local rpm, tpm, concurrent, limit = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local length, lease, isPriceGuess = tonumber(ARGV[9]), tonumber(ARGV[10]), ARGV[11] == '1'
local MINUTE = 60000000
local refusedBy, wait, isTooLarge = '', 0, 0
local function refuse(by, us, large)
  if us > wait then refusedBy, wait, isTooLarge = by, us, large end
end
local function tokensOf(member) return tonumber(string.match(member, ':(%d+)$')) end

local requests, inLog, runs = 0, 0, 0
local isLogged = rpm >= 0 or tpm >= 0
if isLogged then
  local gone = redis.call('ZRANGEBYSCORE', log, '-inf', now - MINUTE)
  if #gone > 0 then
    local freed = 0
    for _, member in ipairs(gone) do freed = freed + tokensOf(member) end
    redis.call('ZREMRANGEBYSCORE', log, '-inf', now - MINUTE)
    if freed > 0 then redis.call('HINCRBY', sums, 't', -freed) end
  end
  local count = redis.call('ZCARD', log)
  requests = count + 1
  if count == 0 then redis.call('HSET', sums, 't', 0) end
  if rpm >= 0 and count >= rpm then
    local last = redis.call('ZRANGE', log, count - rpm, count - rpm, 'WITHSCORES')
    refuse('requests', last[2] + MINUTE - now, 0)
  end
  if tpm >= 0 then
    local used = tonumber(redis.call('HGET', sums, 't') or 0)
    local most = tpm - math.min(tokens, tpm)
    if tokens > tpm and not isGuess then
      refuse('tokens', MINUTE, 1)
    elseif used > most then
      local us, from = MINUTE, 0
      while used > most do
        local page = redis.call('ZRANGE', log, from, from + 99, 'WITHSCORES')
        if #page == 0 then break end
        for index = 1, #page, 2 do
          used = used - tokensOf(page[index])
          us = page[index + 1] + MINUTE - now
          if used <= most then break end
        end
        from = from + 100
      end
      refuse('tokens', us, 0)
    end
  end
end

if concurrent >= 0 then
  redis.call('ZREMRANGEBYSCORE', running, '-inf', now)
  runs = redis.call('ZCARD', running) + 1
  if runs > concurrent then refuse('concurrent', 1000000, 0) end
end

local index, spent, need = -1, 0, 0
if limit >= 0 then
  index = math.floor(now / length)
  local known = tonumber(redis.call('HGET', sums, 'w') or -1)
  if index > known then
    redis.call('HSET', sums, 'w', index, 'usd', 0)
    redis.call('DEL', held)
  else
    index = known
    spent = tonumber(redis.call('HGET', sums, 'usd') or 0)
  end
  local left = math.max(1, (index + 1) * length - now)
  need = math.min(usd, limit)
  if limit == 0 or (usd > limit and not isPriceGuess) then
    refuse('budget', left, 1)
  elseif spent + need > limit * (1 + 1e-12) then
    refuse('budget', left, 0)
  end
end

if refusedBy ~= '' then return {0, refusedBy, math.ceil(wait), isTooLarge} end
local life = MINUTE
if isLogged then
  redis.call('ZADD', log, now, id .. ':' .. string.format('%d', tokens))
  redis.call('PEXPIRE', log, 61000)
  inLog = redis.call('HINCRBY', sums, 't', tokens)
end
if concurrent >= 0 then
  redis.call('ZADD', running, now + lease, id)
  redis.call('PEXPIRE', running, math.ceil(lease / 1000) + 1000)
end
if limit >= 0 then
  redis.call('HSET', sums, 'usd', string.format('%.17g', spent + need))
  redis.call('HSET', held, id, string.format('%.17g', need))
  life = math.max(life, (index + 1) * length - now)
  redis.call('PEXPIRE', held, math.ceil(life / 1000) + 1000)
end
redis.call('PEXPIRE', sums, math.ceil(life / 1000) + 1000)
return {1, '', 0, 0, requests, inLog, runs, string.format('%.17g', spent + need), (index + 1) * length}
`;

/**
 * Counts what a request has used in place of what it had reserved, at the time at which it started. What has left its window stays as it is. To run
 * it again, or for a request that has reserved nothing, changes nothing.
 *
 * Parameters: its id, the tokens that it had reserved, and the tokens and US dollars that it has used (tokens of -1: it was never made).
 */
export const SETTLE = `
local log, running, sums, held = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, reserved, used = ARGV[1], ARGV[2], ARGV[3]
redis.call('ZREM', running, id)
local member = id .. ':' .. reserved
local at = redis.call('ZSCORE', log, member)
if at then
  redis.call('ZREM', log, member)
  if used == '-1' then used = '0' else redis.call('ZADD', log, at, id .. ':' .. used) end
  redis.call('HINCRBY', sums, 't', used - reserved)
end
local usd = redis.call('HGET', held, id)
if usd then
  redis.call('HDEL', held, id)
  local sum = redis.call('HGET', sums, 'usd') - usd + ARGV[4]
  redis.call('HSET', sums, 'usd', string.format('%.17g', math.max(0, sum)))
end
return 1
`;

/** Lengthens the leases of requests that still run. Parameters: the length in microseconds, and their ids. */
export const RENEW = `
local time = redis.call('TIME')
local ends = time[1] * 1000000 + time[2] + ARGV[1]
for index = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', ends, ARGV[index]) end
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[1] / 1000) + 1000)
return 1
`;

/** Counts the processes that share a prefix. Parameters: the id of this one, and how long one counts, in microseconds. */
export const COUNT_PROCESSES = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[2] / 1000))
return redis.call('ZCARD', KEYS[1])
`;
