/// Library functions that call functions of the script.
///
/// They are written in Lua, so that what they call runs in frames like everything else, and can be stopped in the middle. To
/// scripts they look like natives: no place in errors, no bytecode.
enum Prelude {
    static let source = """
        local string, table, coroutine, primitives = ...
        local search, captures, expand, argumentError, fail = primitives.search, primitives.captures, primitives.expand,
            primitives.argumentError, primitives.fail
        local checkString, checkTable, checkFunction, checkInteger = primitives.checkString, primitives.checkTable,
            primitives.checkFunction, primitives.checkInteger
        local concat, sub, type, getn = table.concat, string.sub, primitives.type, table.getn
        local load, raw, setraw, length = primitives.loadstring, primitives.rawget, primitives.rawset, string.len
        local next = primitives.next

        local function gmatch(s, p)
            s, p = checkString(1, s), checkString(2, p)
            local from = 0
            return function()
                if from > length(s) then return nil end
                local first, last = search(s, p, from, true)
                if not first then
                    from = length(s) + 1
                    return nil
                end
                from = last
                if last == first then from = last + 1 end
                return captures(s)
            end
        end
        string.gmatch, string.gfind = gmatch, gmatch

        local function replace(replacement, kind, s, first, last)
            local value
            if kind == "function" then value = replacement(captures(s))
            elseif kind == "table" then value = replacement[(captures(s))]
            else return expand(s, replacement) end
            if not value then return sub(s, first + 1, last) end
            local got = type(value)
            if got ~= "string" and got ~= "number" then fail("invalid replacement value (a " .. got .. ")") end
            return value
        end

        string.gsub = function(s, p, replacement, limit)
            s, p = checkString(1, s), checkString(2, p)
            local kind = type(replacement)
            if kind == "number" then
                replacement, kind = replacement .. "", "string"
            elseif kind ~= "string" and kind ~= "table" and kind ~= "function" then
                argumentError(3, "string/function/table expected")
            end
            local size = length(s)
            if limit == nil then limit = size + 1 else limit = checkInteger(4, limit) end
            local isAnchored = sub(p, 1, 1) == "^"
            local parts, used, count, from, kept = {}, 0, 0, 0, 0
            while count < limit do
                local first, last = search(s, p, from, false)
                if not first then break end
                count = count + 1
                if first > kept then
                    used = used + 1
                    parts[used] = sub(s, kept + 1, first)
                end
                used = used + 1
                parts[used] = replace(replacement, kind, s, first, last)
                kept = last
                if last > first then from = last else from = last + 1 end
                if from > size or isAnchored then break end
            end
            if count == 0 then return s, 0 end
            if kept < size then
                used = used + 1
                parts[used] = sub(s, kept + 1)
            end
            return concat(parts, "", 1, used), count
        end

        local function before(a, b, less)
            if less then return less(a, b) end
            return a < b
        end

        local function sort(t, l, u, less)
            while l < u do
                local a, b = raw(t, l), raw(t, u)
                if before(b, a, less) then
                    setraw(t, l, b)
                    setraw(t, u, a)
                end
                if u - l == 1 then break end
                local i = l + u
                i = (i - i % 2) / 2
                a, b = raw(t, i), raw(t, l)
                if before(a, b, less) then
                    setraw(t, i, b)
                    setraw(t, l, a)
                else
                    b = raw(t, u)
                    if before(b, a, less) then
                        setraw(t, i, b)
                        setraw(t, u, a)
                    end
                end
                if u - l == 2 then break end
                local pivot = raw(t, i)
                b = raw(t, u - 1)
                setraw(t, i, b)
                setraw(t, u - 1, pivot)
                i = l
                local j = u - 1
                while true do
                    i = i + 1
                    a = raw(t, i)
                    while before(a, pivot, less) do
                        if i > u then fail("invalid order function for sorting") end
                        i = i + 1
                        a = raw(t, i)
                    end
                    j = j - 1
                    b = raw(t, j)
                    while before(pivot, b, less) do
                        if j < l then fail("invalid order function for sorting") end
                        j = j - 1
                        b = raw(t, j)
                    end
                    if j < i then break end
                    setraw(t, i, b)
                    setraw(t, j, a)
                end
                a, b = raw(t, u - 1), raw(t, i)
                setraw(t, u - 1, b)
                setraw(t, i, a)
                if i - l < u - i then
                    sort(t, l, i - 1, less)
                    l = i + 1
                else
                    sort(t, i + 1, u, less)
                    u = i - 1
                end
            end
        end

        table.sort = function(t, less)
            checkTable(1, t)
            if less ~= nil then checkFunction(2, less) end
            sort(t, 1, getn(t), less)
        end

        table.foreach = function(t, f)
            checkTable(1, t)
            checkFunction(2, f)
            for key, value in next, t do
                local result = f(key, value)
                if result ~= nil then return result end
            end
        end

        table.foreachi = function(t, f)
            checkTable(1, t)
            checkFunction(2, f)
            for position = 1, getn(t) do
                local result = f(position, raw(t, position))
                if result ~= nil then return result end
            end
        end

        return function(f, name)
            checkFunction(1, f)
            local parts, used = {}, 0
            while true do
                local part = f()
                if part == nil or part == "" then break end
                if type(part) ~= "string" then return nil, "reader function must return a string" end
                used = used + 1
                parts[used] = part
            end
            return load(concat(parts, "", 1, used), name or "=(load)")
        end
        """
}
