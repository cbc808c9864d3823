-- For wrk: what is sent, and the result as one line of JSON.
--
-- usage: wrk ... -s load.lua URL -- [BODY_FILE]
--
-- With a body it is posted, each time with another number in place of the first "@", so that each
-- save changes the document.
local sent = 0

function init(arguments)
    if arguments[1] then
        local file = assert(io.open(arguments[1]))
        local before, after = file:read("*a"):match("^([^@]*)@(.*)$")
        file:close()
        math.randomseed(os.time())
        local number = math.random(1000000) * 1000000
        wrk.headers["Content-Type"] = "application/json"
        request = function()
            sent = sent + 1
            return wrk.format("POST", nil, nil, before .. (number + sent) .. after)
        end
    end
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        '{"rate":%.1f,"p99":%.0f,"requests":%d,"refused":%d,"lost":%d,"late":%d}',
        summary.requests / (summary.duration / 1000000), latency:percentile(99), summary.requests,
        errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
