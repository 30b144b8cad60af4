-- Values, operators, control flow
print(1, 1.5, 1/0, -1/0, 0/0 ~= 0/0, 1e15, 1e14, 123456789012345, 0.1, 1e100, 2^53, 100000000000000, 3.14159265358979)
print(1 + 2 * 3 - 4 / 2, 7 % 3, -7 % 3, 7 % -3, 2 ^ 10, -2 ^ 2, 2 ^ 3 ^ 2)
print("10" + 5, "0x10" + 0, 10 .. 20, "a" .. 1 .. 2.5)
print(1 == 1.0, "1" == 1, nil == false, "a" < "b", "a" <= "a", "Z" < "a", 1 < 2, 2 <= 1)
print(not nil, not 0, nil and 1, false or "x", 1 and 2, nil or false, 1 or error("no"))
print(#"hello", #{1, 2, 3}, #{}, #{n = 1}, #{1, 2, nil, 4})
local a, b, c = 1, 2
print(a, b, c)
a, b = b, a
print(a, b)
local t = {10, 20, x = 1, ["y z"] = 2, [5] = 50; 30}
print(t[1], t[2], t[3], t.x, t["y z"], t[5], #t)
for i = 1, 3 do io = i end
for i = 10, 1, -3 do print(i) end
for i = 1, 0 do print("never") end
for i = 0.5, 2 do print(i) end
local n = 0
while true do n = n + 1 if n > 5 then break end end
print(n)
repeat local z = n; n = n - 1 until z < 3
print(n)
if n == 1 then print("one") elseif n == 2 then print("two") else print("other") end
local function f(...) return select("#", ...), ... end
print(f(), f(1, nil), (f(1, 2, 3)))
print(f(nil, nil))
local function va(...) local x, y = ... return x, y, {...} end
local x, y, z = va(1, 2, 3)
print(x, y, #z)
function old(...) return arg.n, arg[1] end
print(old(5, 6, 7))
local t2 = {f(1, 2), f(3, 4)}
print(#t2, t2[1], t2[2], t2[4])
