-- What must end in an error, or end at all
print(pcall(function() local function f() return f() + 1 end return f() end))
print(pcall(string.rep, "x", -1))
local deep = "return " .. ("("):rep(300) .. "1" .. (")"):rep(300)
print(loadstring(deep, "=deep"))
print((select(2, loadstring("x = " .. ("{"):rep(300), "=x"))))
print((select(2, loadstring("return " .. ("-"):rep(1) .. ("not "):rep(300) .. "1", "=x"))))
print(loadstring("return " .. ("1+"):rep(5000) .. "1")())
print(#loadstring("return '" .. ("a"):rep(10000) .. "'")())
local locals = {} for i = 1, 201 do locals[i] = "local v" .. i end
print(loadstring(table.concat(locals, "\n")))
local many = {} for i = 1, 300 do many[i] = "x" .. i end
print(pcall(loadstring, "return " .. table.concat(many, ","), "=x"))
local upv = {} for i = 1, 61 do upv[i] = "local u" .. i .. " = " .. i end
local uses = {} for i = 1, 61 do uses[i] = "u" .. i end
print(loadstring(table.concat(upv, " ") .. " return function() return " .. table.concat(uses, "+") .. " end", "=x"))
local s = {} for i = 1, 1000 do s[i] = i .. " = x" end
print(loadstring("return {" .. ("{"):rep(100) .. ("}"):rep(100) .. "}") ~= nil)
print(pcall(function() local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x end))
local a = setmetatable({}, {}) getmetatable(a).__index = a
print(pcall(function() return a.b end))
print(pcall(function() local t = {} t.t = t for i = 1, 10 do t = t.t end return type(t) end))
print(("a"):rep(20):find(("a?"):rep(20) .. ("a"):rep(20)))
print(#(("x"):rep(100000):gsub("x", "yy")))
local function e(n) if n > 0 then return pcall(e, n - 1) end error("deep") end
print(select("#", e(100)))
print(pcall(table.concat, setmetatable({}, {__index = function() return "x" end}), "", 1, 3))
print(string.format("%99.99f", 1/3))
print(pcall(string.format, "%100d", 1))
print(pcall(string.format, "%1.100f", 1))
print(pcall(string.format, "%--------d", 1))
local x = {} for i = 1, 100000 do x = {x} end print(type(x))
local junk for i = 1, 300000 do junk = {i, tostring(i)} end print(junk[1], junk[2])
local str = "" for i = 1, 5000 do str = str .. i end print(#str)
