# Debian's googleauth and google-cloud-env: `checks.rb up|down namespace`.

require "base64"
require "google/cloud/env"
require "google/cloud/env/version"
require "googleauth"
require "googleauth/id_tokens"
require "googleauth/version"
require "json"
require "net/http"
require "openssl"

ORIGIN = ENV.fetch("EMULATOR_ORIGIN")
AUDIENCE = "https://service.example.com/path?with=query"
EMAIL = "412345678901-compute@developer.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"

# Does one check; what it raises is its error.
def check(client, what, rules)
  line = { client: client, what: what, rules: rules }
  begin
    yield
  rescue StandardError => e
    line[:error] = e.full_message(highlight: false)
  end
  puts JSON.generate(line)
end

def equal(got, wanted)
  raise "expected #{wanted.inspect}, got #{got.inspect}" unless got == wanted
end

# Runs the block, which must raise an error of the class.
def raises(error)
  yield
rescue error
  nil
else
  raise "expected #{error}"
end

def account_of(token)
  JSON.parse(Net::HTTP.get(URI("#{ORIGIN}/emulator/v1/issuer/tokeninfo?access_token=#{token}")))["email"]
end

# The server's keys. Debian's JwkHttpKeySource cannot read any JWKS: it does not know OpenSSL 3.
def keys
  found = JSON.parse(Net::HTTP.get(URI("#{ORIGIN}/emulator/v1/issuer/jwks")))["keys"].map do |jwk|
    numbers = %w[n e].map { |name| OpenSSL::ASN1::Integer(OpenSSL::BN.new(Base64.urlsafe_decode64(jwk[name]), 2)) }
    key = OpenSSL::PKey::RSA.new OpenSSL::ASN1::Sequence(numbers).to_der
    Google::Auth::IDTokens::KeyInfo.new id: jwk["kid"], key: key, algorithm: "RS256"
  end
  Google::Auth::IDTokens::StaticKeySource.new found
end

def verify(token, audience)
  Google::Auth::IDTokens::Verifier.new(key_source: keys, aud: audience, iss: "https://accounts.google.com").verify token
end

puts JSON.generate(versions: { "googleauth" => Google::Auth::VERSION, "google-cloud-env" => Google::Cloud::Env::VERSION })
env = Google::Cloud::Env.new
if ARGV[0] == "up"
  check("googleauth", "`GCECredentials.on_gce?` with 0.1 s to connect", %w[R1 R18]) { equal Google::Auth::GCECredentials.on_gce?, true }
  check("googleauth", "`Google::Auth.get_application_default`, and a token", %w[R5 R11 R12]) do
    credentials = Google::Auth.get_application_default SCOPE
    equal credentials.class, Google::Auth::GCECredentials
    credentials.fetch_access_token!
    equal account_of(credentials.access_token), EMAIL
    raise "only until #{credentials.expires_at}" if credentials.expires_within? 360
  end
  check("googleauth", "an ID token, by its content type, and `IDTokens::Verifier` with our keys", %w[R5 R13]) do
    credentials = Google::Auth::GCECredentials.new target_audience: AUDIENCE
    credentials.fetch_access_token!
    equal verify(credentials.id_token, AUDIENCE)["email"], EMAIL
    raises(Google::Auth::IDTokens::AudienceMismatchError) { verify credentials.id_token, "https://other.example.com" }
  end
  check("google-cloud-env", "project, zone, name, attributes, tags", %w[R1 R4 R22]) do
    equal [env.compute_engine?, env.project_id, env.numeric_project_id], [true, "emulated-project", 412_345_678_901]
    equal [env.instance_name, env.instance_zone, env.instance_machine_type], %w[emulated-vm us-central1-a e2-medium]
    equal [env.instance_attribute_keys, env.instance_attribute("greeting")], [%w[enable-guest-attributes greeting port], "hello"]
    equal env.instance_tags, %w[blue green]
  end
else
  check("googleauth", "`GCECredentials.on_gce?` is false", []) { equal Google::Auth::GCECredentials.on_gce?, false }
  check("googleauth", "`Google::Auth.get_application_default` raises", []) do
    raises(RuntimeError) { Google::Auth.get_application_default SCOPE }
  end
  check("google-cloud-env", "`compute_engine?` is false", []) { equal env.compute_engine?, false }
end
puts JSON.generate(done: true)
