import Bytes
import Testing

/// Every length from 0 to `limit` of 0, 1, 2 … hashed, and the hashes folded into one number: one expectation, got
/// from another implementation, covers every tail and every border.
func folded(upTo limit: Int, _ hash: (RawSpan) -> UInt64) -> UInt64 {
    let input = counting(limit)
    var result: UInt64 = 0
    for count in 0 ... limit { result = result &* 31 &+ hash(input.bytes.extracting(0 ..< count)) }
    return result
}

@Suite struct SipHashTests {
    /// The rounds as the paper draws them, bytes joined one by one, any number of rounds.
    private func reference(_ message: [UInt8], _ k0: UInt64, _ k1: UInt64, _ perWord: Int, _ atEnd: Int) -> UInt64 {
        var v: [UInt64] = [
            k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573,
        ]
        func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
        func round() {
            v[0] &+= v[1]; v[1] = rotate(v[1], 13); v[1] ^= v[0]; v[0] = rotate(v[0], 32)
            v[2] &+= v[3]; v[3] = rotate(v[3], 16); v[3] ^= v[2]
            v[0] &+= v[3]; v[3] = rotate(v[3], 21); v[3] ^= v[0]
            v[2] &+= v[1]; v[1] = rotate(v[1], 17); v[1] ^= v[2]; v[2] = rotate(v[2], 32)
        }
        var padded = message
        while padded.count % 8 != 7 { padded.append(0) }
        padded.append(UInt8(truncatingIfNeeded: message.count))
        for start in stride(from: 0, to: padded.count, by: 8) {
            var word: UInt64 = 0
            for i in 0 ..< 8 { word |= UInt64(padded[start + i]) << UInt64(8 * i) }
            v[3] ^= word
            for _ in 0 ..< perWord { round() }
            v[0] ^= word
        }
        v[2] ^= 0xff
        for _ in 0 ..< atEnd { round() }
        return v[0] ^ v[1] ^ v[2] ^ v[3]
    }

    @Test func givesPublishedVectors() {
        func hash(_ text: String, _ key: SipKey) -> UInt64 {
            let text = bytes(text)
            return siphash13(text.bytes, key)
        }
        // The reference implementation's 1-3 (as OCaml's and Rust's tests have it), with a zero key.
        #expect(hash("", SipKey(0, 0)) == 0xd1fb_a762_150c_532c)
        #expect(hash("\0", SipKey(0, 0)) == 0x68a9_1412_8e01_e473)
        #expect(hash("siphash", SipKey(0, 0)) == 0x8264_ceec_cb16_bcbe)
        // And with the paper's key, bytes 0 to 15.
        #expect(hash("", SipKey(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)) == 0xabac_0158_050f_c4dc)
    }

    @Test func agreesWithThePaper() {
        let (k0, k1): (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
        // The paper's own example, for SipHash-2-4, says that the reference above is right.
        #expect(reference(counting(15), k0, k1, 2, 4) == 0xa129_ca61_49be_45e5)
        #expect(folded(upTo: 300) { siphash13($0, SipKey(k0, k1)) } == 0xe897_ce6b_aefd_6b3a)
        var random = SeededRandom(seed: 7)
        for count in 0 ..< 200 {
            let message = random.bytes(count: count)
            let key = (random.next(), random.next())
            #expect(siphash13(message.bytes, SipKey(key.0, key.1)) == reference(message, key.0, key.1, 1, 3))
        }
    }

    /// The tail is read by overlapping loads; no byte may be missed, whatever stands around the span.
    @Test func readsNothingButItsBytes() {
        var random = SeededRandom(seed: 8)
        let surroundings = random.bytes(count: 64)
        for start in 0 ..< 9 {
            for count in 0 ..< 40 {
                let alone = Array(surroundings[start ..< start + count])
                let inside = surroundings.bytes.extracting(start ..< start + count)
                #expect(siphash13(inside, SipKey(1, 2)) == siphash13(alone.bytes, SipKey(1, 2)))
                #expect(inside.trailingWord == alone.bytes.trailingWord)
                for i in 0 ..< count {
                    var changed = alone
                    changed[i] ^= 0x40
                    #expect(siphash13(changed.bytes, SipKey(1, 2)) != siphash13(inside, SipKey(1, 2)))
                }
            }
        }
    }
}

@Suite struct MurmurHashTests {
    /// Against the function in Redis's `hyperloglog.c`.
    @Test func agreesWithRedis() {
        func hash(_ text: String) -> UInt64 {
            let text = bytes(text)
            return murmurHash64A(text.bytes)
        }
        #expect(hash("") == 0xd8df_ea65_85bc_9732)
        #expect(hash("a") == 0x53d2_470a_9b43_b1a7)
        #expect(hash("hello") == 0x0f65_6f01_eecf_e400)
        #expect(hash("12345678") == 0x95eb_b863_8913_2953)
        #expect(hash("foobar123") == 0xce43_c179_1ca0_c27e)
        #expect(hash("The quick brown fox jumps over the lazy dog") == 0x5160_6c5c_5b56_1ace)
        #expect(folded(upTo: 300) { murmurHash64A($0) } == 0xe1f5_b9d8_298a_5bd9)
    }
}

@Suite struct XXH3Tests {
    /// Against xxHash 0.8's own library.
    @Test func agreesWithXxHash() {
        let expected: [(Int, UInt64)] = [
            (0, 0x2d06800538d394c2), (1, 0xc44bdff4074eecdb), (3, 0x5f4299fc161c9cbb), (4, 0x60dab036a58211f2),
            (8, 0x3a1c2d7c85af88f8), (9, 0xe9612598145bb9dc), (16, 0x8355e3a6f61770db), (17, 0x9ef341a99de37328),
            (32, 0x3523581fe96e4c05), (64, 0x6187eb9089b0ed55), (96, 0x278a3e12ea046dfb), (128, 0x85c6174c7ff4c46b),
            (129, 0xec7642b431ba3e5a), (160, 0x5bea9075ec9401b8), (240, 0x375a384d957fe865),
            (241, 0x02e8cd95421c6d02), (256, 0x9408a4433b952d71), (512, 0x1059105ad19bfa09),
            (1023, 0x26a0a01d1c925c06), (1024, 0xa870f92984398d22), (1025, 0x78c86e91ee939852),
            (2048, 0xdd420471ff96bd00), (2049, 0x62dff343e7dbac9b), (5000, 0x1b74bda2c82a8c7a),
        ]
        let input = counting(5000)
        for (count, hash) in expected { #expect(xxh3(input.bytes.extracting(0 ..< count)) == hash, "\(count)") }
        #expect(folded(upTo: 1300, xxh3) == 0x8184_132c_778d_2f60)
    }

    /// The examples in Redis's and Dragonfly's documentation of DIGEST.
    @Test func givesDocumentedDigests() {
        for (value, digest) in [
            ("Hello world", "b6acb9d84a38ff74"), ("Hello, Dragonfly!", "063b4909128e92b7"),
            ("test", "9ec9f7918d7dfc40"),
        ] {
            let value = bytes(value)
            #expect(NumberText(hexadecimal: xxh3(value.bytes)).bytes.text == digest)
        }
    }
}

@Suite struct CRCTests {
    @Test func givesTheCheckValues() {
        let check = bytes("123456789")
        #expect(crc16(check.bytes) == 0x31c3)
        #expect(crc64(check.bytes) == 0xe9c6_d914_c4b8_d9ca)
        let nothing: [UInt8] = []
        #expect(crc64(nothing.bytes) == 0)
        let fox = bytes("The quick brown fox jumps over the lazy dog")
        #expect(crc64(fox.bytes) == 0xbf7e_e596_c3aa_372b)
    }

    /// Against the functions in Redis's `crc64.c` and `crc16.c`.
    @Test func agreesWithRedis() {
        #expect(folded(upTo: 300) { crc64($0) } == 0x955c_a7f6_1204_ed23)
        #expect(folded(upTo: 300) { UInt64(crc16($0)) } == 0x4363_655c_94f2_3bbf)
    }

    @Test func continuesAtAnySplit() {
        var random = SeededRandom(seed: 9)
        let message = random.bytes(count: 100)
        let whole = crc64(message.bytes)
        for split in 0 ... 100 {
            let head = crc64(message.bytes.extracting(0 ..< split))
            #expect(crc64(message.bytes.extracting(split ..< 100), continuing: head) == whole)
        }
    }

    /// As redis-server 7.0.15 answers CLUSTER KEYSLOT.
    @Test func findsSlots() {
        for (key, slot) in [
            ("foo", 12182), ("bar", 5061), ("{user1000}.following", 3443), ("user1000", 3443), ("{}foo", 9500),
            ("foo{}{bar}", 8363), ("foo{{bar}}zap", 4015), ("foo{bar}{zap}", 5061), ("a{b", 13340), ("a}b{c}", 7365),
            ("c", 7365), ("", 0),
        ] {
            let key = bytes(key)
            #expect(keySlot(key.bytes) == slot)
        }
    }
}

@Suite struct SHATests {
    private func sha1(_ text: String) -> String {
        let text = bytes(text)
        return hex(SHA1.digest(of: text.bytes).bytes)
    }

    private func sha256(_ text: String) -> String {
        let text = bytes(text)
        return hex(SHA256.digest(of: text.bytes).bytes)
    }

    /// FIPS 180's examples, and the empty message.
    @Test func givesPublishedVectors() {
        let two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        #expect(sha1("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(sha1("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(sha1(two) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
        #expect(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(sha256(two) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    }

    @Test func hashesAMillionLetters() {
        let part = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
        var one = SHA1()
        var two = SHA256()
        for _ in 0 ..< 1000 {
            one.update(part.bytes)
            two.update(part.bytes)
        }
        #expect(hex(one.finish().bytes) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
        #expect(hex(two.finish().bytes) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    /// Against OpenSSL, every length over several blocks; the digest's first eight bytes stand for it.
    @Test func agreesAtEveryLength() {
        func head(_ digest: RawSpan) -> UInt64 { digest.word(at: 0).byteSwapped }
        #expect(folded(upTo: 300) { head(SHA1.digest(of: $0).bytes) } == 0x7c8c_89a8_3947_a373)
        #expect(folded(upTo: 300) { head(SHA256.digest(of: $0).bytes) } == 0x686a_533d_e156_041d)
    }

    @Test func updatesAtAnySplit() {
        var random = SeededRandom(seed: 10)
        let message = random.bytes(count: 200)
        let (first, second) = (hex(SHA1.digest(of: message.bytes).bytes), hex(SHA256.digest(of: message.bytes).bytes))
        for split in 0 ... 200 {
            var one = SHA1()
            var two = SHA256()
            for part in [message.bytes.extracting(0 ..< split).array, message.bytes.extracting(split ..< 200).array] {
                one.update(part.bytes)
                two.update(part.bytes)
            }
            #expect(hex(one.finish().bytes) == first)
            #expect(hex(two.finish().bytes) == second)
        }
    }
}
