local t = {}
for i = 1, 20 do t[i] = i * i end
print(#t, t[20])
t[#t + 1] = "end"
print(#t, table.remove(t), #t, table.remove(t, 1), t[1], #t)
table.insert(t, 1, "first") table.insert(t, "last")
print(t[1], t[#t], #t, table.maxn({1, 2, [10] = 3}), table.getn({1, 2}))
local order = {}
local m = {a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, hello = 8, world = 9, [1.5] = 10, [100] = 11, [-1] = 12, [0] = 13, [1] = 14, [2] = 15}
for k, v in pairs(m) do order[#order + 1] = tostring(k) .. "=" .. v end
print(table.concat(order, " "))
local grow = {}
for _, w in ipairs({"the", "quick", "brown", "fox", "jumps", "over", "lazy", "dog", "again", "and"}) do grow[w] = #w end
grow.fox = nil grow.cat = 3
local seen = {}
for k, v in pairs(grow) do seen[#seen + 1] = k .. v end
print(table.concat(seen, " "))
for i = 1, 40 do grow["k" .. i] = i end
for i = 1, 40, 2 do grow["k" .. i] = nil end
for i = 50, 60 do grow[i] = i end
seen = {}
for k, v in pairs(grow) do seen[#seen + 1] = tostring(k) .. ":" .. tostring(v) end
print(table.concat(seen, " "))
local d = {1, 2, 3, 4, 5}
for k in pairs(d) do d[k] = nil end
print(next(d), #d)
local words = {"banana", "apple", "cherry", "date", "elder", "fig"}
table.sort(words) print(table.concat(words, " "))
table.sort(words, function(a, b) return #a < #b or (#a == #b and a > b) end) print(table.concat(words, " "))
local nums = {}
local seed = 7
for i = 1, 200 do seed = (seed * 16807) % 2147483647 nums[i] = seed % 1000 end
table.sort(nums)
local ok = true
for i = 2, #nums do if nums[i - 1] > nums[i] then ok = false end end
print(ok, nums[1], nums[100], nums[200])
table.sort(nums, function(a, b) return a > b end)
print(nums[1], nums[100], nums[200])
local stable = {}
for i = 1, 30 do stable[i] = {k = i % 3, i = i} end
table.sort(stable, function(a, b) return a.k < b.k end)
local s = {}
for i = 1, 30 do s[i] = stable[i].k .. "." .. stable[i].i end
print(table.concat(s, " "))
table.foreach({1, x = 2}, function(k, v) print(k, v) end)
print(table.foreachi({5, 6, 7}, function(i, v) if v == 6 then return i end end))
print(next({}), next({5}), next({a = 1}), type(next))
local copy = {}
for i, v in ipairs({1, 2, nil, 4}) do copy[#copy + 1] = v end
print(#copy)
local nested = {{1, 2}, {3, {4, 5}}}
print(nested[2][2][1], #nested[2])
local big = {}
for i = 1, 300 do big[i] = i end
print(#big, big[300], select("#", unpack(big)))
local holes = {n = 0, nil, nil, 3}
print(#holes == 3, holes[3])
local z = {[1] = "a", [2] = "b", [3] = "c", [4] = "d"}
print(#z)
z[5] = "e" z[6] = "f" z[4] = nil
print(#z)
local long = {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99,100,101,102,103}
print(#long, long[51], long[103])
local neg = {} for i = -5, 5 do neg[i] = i end
local c = 0 for k, v in pairs(neg) do c = c + 1 end print(c)
local keys = {} for k in pairs({[true] = 1, [false] = 2, x = 3}) do keys[#keys + 1] = tostring(k) end table.sort(keys) print(table.concat(keys, ","))
print(rawequal(t, t), rawset({}, "k", "v").k)
