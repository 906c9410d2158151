import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.IdToken;
import com.google.auth.oauth2.IdTokenCredentials;
import com.google.auth.oauth2.IdTokenProvider.Option;
import com.google.auth.oauth2.TokenVerifier;
import com.google.cloud.MetadataConfig;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Unmodified Java clients: {@code Checks up|down loopback|namespace}. */
final class Checks {
  private static final String AUTH = "google-auth-library-oauth2-http";
  private static final String CORE = "google-cloud-core";
  private static final String AUDIENCE = "https://service.example.com/path?with=query";
  private static final String EMAIL = "412345678901-compute@developer.gserviceaccount.com";
  private static final String ISSUER = "https://accounts.google.com";
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String ORIGIN = System.getenv("EMULATOR_ORIGIN");

  private Checks() {}

  public static void main(String[] args) {
    Report.say(Map.of("versions", Map.of(AUTH, jar(AUTH), CORE, jar(CORE))));
    boolean up = args[0].equals("up");
    boolean namespace = args[1].equals("namespace");
    if (namespace && up) namespaceUp();
    else if (namespace) namespaceDown();
    else if (up) up();
    else down();
    Report.say(Map.of("done", true));
    System.exit(0);
  }

  /** The version in the name of the jar that is on the class path. */
  private static String jar(String name) {
    return Arrays.stream(new java.io.File("lib").list())
        .filter(file -> file.matches(name + "-[0-9.]+\\.jar"))
        .map(file -> file.substring(name.length() + 1, file.length() - 4))
        .findFirst()
        .orElseThrow();
  }

  private static String account(String token) throws Exception {
    URI uri = URI.create(ORIGIN + "/emulator/v1/issuer/tokeninfo?access_token=" + token);
    String body = HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    return JsonParser.parseString(body).getAsJsonObject().get("email").getAsString();
  }

  private static void rightToken(AccessToken token) throws Exception {
    Report.equal(account(token.getTokenValue()), EMAIL);
    long left = token.getExpirationTime().getTime() - System.currentTimeMillis();
    if (left < 360_000) throw new AssertionError("only " + left + " ms left");
  }

  private static IdToken idToken(Option... options) throws Exception {
    ComputeEngineCredentials base = ComputeEngineCredentials.create();
    IdTokenCredentials credentials =
        IdTokenCredentials.newBuilder()
            .setIdTokenProvider(base)
            .setTargetAudience(AUDIENCE)
            .setOptions(List.of(options))
            .build();
    credentials.refresh();
    return credentials.getIdToken();
  }

  private static JsonObject claims(IdToken token) {
    String payload = token.getTokenValue().split("\\.")[1];
    return JsonParser.parseString(new String(Base64.getUrlDecoder().decode(payload))).getAsJsonObject();
  }

  private static TokenVerifier verifier(String audience) {
    return TokenVerifier.newBuilder()
        .setCertificatesLocation(ORIGIN + "/emulator/v1/issuer/jwks")
        .setAudience(audience)
        .setIssuer(ISSUER)
        .build();
  }

  private static void up() {
    Report.check(AUTH, "`GoogleCredentials.getApplicationDefault()` is ComputeEngineCredentials", List.of("R1", "R3", "R18"), () ->
        Report.equal(GoogleCredentials.getApplicationDefault().getClass(), ComputeEngineCredentials.class));
    Report.check(AUTH, "`refreshAccessToken()` with scopes", List.of("R9", "R11", "R12", "R15"), () ->
        rightToken(ComputeEngineCredentials.newBuilder().setScopes(List.of(SCOPE, SCOPE)).build().refreshAccessToken()));
    Report.check(AUTH, "`getAccount()`, `getUniverseDomain()`, `getProjectId()`, untrimmed", List.of("R4", "R20"), () -> {
      ComputeEngineCredentials credentials = ComputeEngineCredentials.create();
      Report.equal(credentials.getAccount(), EMAIL);
      Report.equal(credentials.getUniverseDomain(), "googleapis.com");
      Report.equal(credentials.getProjectId(), "emulated-project");
    });
    Report.check(AUTH, "`IdTokenCredentials`, accepted by `TokenVerifier` with our JWKS", List.of("R5", "R13"), () -> {
      IdToken token = idToken();
      Report.equal(verifier(AUDIENCE).verify(token.getTokenValue()).getPayload().getIssuer(), ISSUER);
      Report.equal(claims(token).get("aud").getAsString(), AUDIENCE);
    });
    Report.check(AUTH, "`IdTokenCredentials` with FORMAT_FULL and LICENSES_TRUE has the instance", List.of("R9", "R13"), () -> {
      JsonObject full = claims(idToken(Option.FORMAT_FULL, Option.LICENSES_TRUE));
      Report.equal(full.get("email").getAsString(), EMAIL);
      JsonObject engine = full.getAsJsonObject("google").getAsJsonObject("compute_engine");
      Report.equal(engine.get("instance_id").getAsString(), "7243198306741625103");
      Report.equal(engine.get("project_id").getAsString(), "emulated-project");
      Report.equal(engine.get("zone").getAsString(), "us-central1-a");
    });
    Report.check(AUTH, "`TokenVerifier` refuses another audience", List.of("R13"), () ->
        Report.fails("audience", () -> verifier("https://other.example.com").verify(idToken().getTokenValue())));
  }

  private static void down() {
    Report.check(AUTH, "`getApplicationDefault()` was not able to find credentials", List.of(), () ->
        Report.fails("default credentials were not found", GoogleCredentials::getApplicationDefault));
    Report.check(AUTH, "`refreshAccessToken()` is an exception", List.of(), () ->
        Report.fails("Connection refused", () -> ComputeEngineCredentials.create().refreshAccessToken()));
  }

  private static void namespaceUp() {
    Report.check(CORE, "`MetadataConfig`, by the name `metadata`: project, zone, id", List.of("R4", "R16", "R22"), () -> {
      Report.equal(MetadataConfig.getProjectId(), "emulated-project");
      Report.equal(MetadataConfig.getZone(), "us-central1-a");
      Report.equal(MetadataConfig.getInstanceId(), "7243198306741625103");
      Report.equal(MetadataConfig.getAttribute("instance/attributes/greeting"), "hello");
    });
    Report.check(CORE, "`MetadataConfig.getClusterName()` is null: 404", List.of("R25"), () ->
        Report.equal(MetadataConfig.getClusterName(), null));
    Report.check(AUTH, "`getApplicationDefault()` with no variable set, and a token", List.of("R1", "R16"), () ->
        rightToken(((ComputeEngineCredentials) GoogleCredentials.getApplicationDefault()).refreshAccessToken()));
  }

  private static void namespaceDown() {
    Report.check(CORE, "`MetadataConfig.getProjectId()` is null", List.of(), () -> Report.equal(MetadataConfig.getProjectId(), null));
    Report.check(AUTH, "`getApplicationDefault()` with no variable set was not able to find credentials", List.of(), () ->
        Report.fails("default credentials were not found", GoogleCredentials::getApplicationDefault));
  }
}
