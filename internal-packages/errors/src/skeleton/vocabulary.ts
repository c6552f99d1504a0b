const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Units that a number takes with it. */
export const UNITS = set(
  `ms msec msecs millis millisecond milliseconds us µs μs ns microseconds nanoseconds s sec secs second seconds m min mins
  minute minutes h hr hrs hour hours d day days w week weeks month months y yr year years b kb mb gb tb pb kib mib gib tib byte bytes
  kilobytes megabytes gigabytes bits percent % px hz khz mhz ghz mg g kg lb lbs oz mm cm km mi
  euro euros dollar dollars cent cents pounds yen € ₹ ₩ ₽ ₺ ₴ ₪ zł kr`,
);

/** ISO 4217, of the currencies that most prices are in. */
export const CURRENCIES = set(
  `EUR USD GBP JPY CHF CAD AUD NZD SEK NOK DKK PLN CZK HUF RON BGN INR CNY KRW BRL MXN SGD HKD TWD ZAR THB IDR VND MYR ILS AED
  SAR RUB UAH BTC ETH USDC USDT`,
);

/** Months, in the words that a date takes. */
export const MONTHS = set(
  `jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
  november december
  januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre
  enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno
  luglio settembre ottobre dicembre januari februari maart augustus`,
);

export const WEEKDAYS = set(
  `mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday`,
);

/** What follows a time of day. */
export const AFTER_TIME = set(`am pm utc gmt z cet cest est edt cst cdt mst mdt pst pdt bst ist jst`);

/** Words with a digit that are no ids. */
export const TECHNICAL = set(
  `utf8 utf16 utf32 ucs2 latin1 iso8601 base16 base32 base58 base64 base64url md5 sha1 sha2 sha3 sha224 sha256 sha384 sha512 blake2 blake3
  argon2 argon2i argon2id pbkdf2 ed25519 x25519 x509 pkcs1 pkcs7 pkcs8 pkcs12 p12 rs256 rs384 rs512 es256 es384 es512 hs256 hs384 hs512
  ps256 aes128 aes256 ipv4 ipv6 inet4 inet6 http1 http2 http3 h2 h3 tls1 ssl2 ssl3 sslv3 tlsv1 oauth1 oauth2 saml2 auth0 s3 ec2 r2 d1
  route53 k8s i18n l10n a11y e2e b2b b2c p2p web2 web3 mp3 mp4 h264 h265 vp8 vp9 av1 int8 int16 int32 int64 uint8 uint16 uint32 uint64
  float32 float64 u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 bigint64 es3 es5 es6 es7 v8 x86 x64 x86_64 amd64 arm64 arm7 win32 win64 neo4j
  log4j db2 sqlite3 psycopg2 boto3 vue2 vue3 rxjs 2fa 3d 2d 1xx 2xx 3xx 4xx 5xx utf-8 utf-16 us-ascii 3ds mfa2 level1 md4 rc4 crc32`,
);

/** What is quoted after these is a name of the program, not a value of this occurrence. */
export const NAMES_A_NAME = set(
  `reading setting deleting property properties prop props field fields column columns attribute attributes argument arguments
  parameter parameters param params option options method function member export named relation table constraint module package
  variable enum identifier keyword header token_type extension
  feld felder spalte spalten eigenschaft attribut tabelle champ champs colonne colonnes propriété campo campos columna columnas
  colonna proprietà propiedad veld kolom 項目 フィールド 列 字段`,
);

/** What is quoted after these is a value of this occurrence. */
export const NAMES_A_VALUE = set(
  `received got found value user username customer client account tenant organization organisation org workspace company
  team member person author owner employee file filename folder directory bucket object host hostname domain email mail id ids uuid slug title
  token input string text sku product item order city country street label tag channel session request batch job project page name_of
  coupon voucher promo campaign invoice ticket device serial number phone address iban named called date
  datetime timestamp upload attachment version codec locale language lang currency timezone zone region warehouse supplier
  vendor store location site branch department recipient sender subscriber contact nickname`,
);

/** What is quoted after these is a value if it is more than a name. */
export const NAMES_A_SENTENCE = set(
  `query search phrase expression pattern term filter line prompt question comment note`,
);

/** Keys of `key=value` and `"key":"value"` whose value says what went wrong. */
export const DESCRIPTIVE_KEYS = set(
  `code errno error err status statuscode status_code sqlstate type kind reason message msg severity level operation op syscall method
  expected received format path field param property routine constraint table column detail hint origin`,
);

/** A value quoted at the end after `: ` is what was refused when one of these came before. */
export const REFUSES = set(
  `invalid malformed unexpected unparseable unparsable unrecognized unrecognised unsupported illegal bad parse parsing syntax convert
  cast coerce duplicate unknown`,
);

export const TOP_LEVEL_DOMAINS = set(
  `com org net io dev app co ai cloud internal local localhost lan corp intra test example invalid edu gov mil int info biz tech
  site online store shop xyz sh me tv us uk de fr nl es it ch at be se no dk fi pl pt cz ie eu ru ua cn jp kr in au nz br mx ca za
  svc consul arpa`,
);

/** After these the next word is a machine. */
export const BEFORE_HOST = set(
  `econnrefused econnreset etimedout enotfound eai_again ehostunreach enetunreach ehostdown getaddrinfo querya`,
);

/** After these, in capitals, single quotes hold literals. */
export const SQL_CLAUSES = set(`SELECT INSERT VALUES WHERE SET`);

/** What is quoted right after these was not understood. */
export const READS_A_VALUE = set(`parse convert cast coerce interpret understand decode`);

/** Quoted or not, these are kinds of values. */
export const KINDS_OF_VALUES = set(
  `undefined null string number boolean object array function symbol bigint nan true false date`,
);

/** Of files that people and programs hand around; alternatives of a regular expression. */
export const FILE_EXTENSIONS =
  "pdf|csv|tsv|json|jsonl|ndjson|xml|txt|md|log|sql|ya?ml|html?|png|jpe?g|gif|webp|avif|heic|svg|tiff?|bmp|mp[34]|mov|avi|mkv|webm|wav|ogg|flac|m4a|zip|gz|tgz|tar|bz2|7z|rar|parquet|avro|xlsx?|docx?|pptx?|odt|ods|ics|eml|vcf|tmp|part|bak|dump|bin";
