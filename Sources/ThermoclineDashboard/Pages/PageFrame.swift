internal import ThermoclineServer

/// What every page has around its own part.
enum PageFrame {
  enum Section: String, CaseIterable {
    case portfolio, accounts, alerts, job

    var title: String {
      switch self {
      case .portfolio: "Portfolio"
      case .accounts: "Accounts"
      case .alerts: "Alerts"
      case .job: "Job"
      }
    }

    var path: String { self == .portfolio ? "/" : "/" + rawValue }
  }

  /// A whole page. `live` is what the script fetches anew when something changes: everything, the changes of one
  /// account, or every few seconds.
  static func reply(
    _ title: String, _ section: Section, status: Int = 200, live: Live = .everything, _ body: HTML
  ) -> ServerReply {
    let page: HTML = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(ForeignName.visible(title)) · Thermocline</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="/assets/dashboard.css">
      <script src="/assets/dashboard.js" defer></script>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header class="top">
      <a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path class="wave-a" d="M2 8c3-4 7-4 10 0s7 4 10 0"/><path class="wave-b" d="M2 15c3-4 7-4 10 0s7 4 10 0"/></svg>Thermocline</a>
      <nav aria-label="Pages"><ul>\(navigation(section))</ul></nav>
      <p class="pulse" id="pulse" role="status"><span class="dot" aria-hidden="true"></span><span id="pulse-text">Not live</span></p>
      </header>
      <main id="main" tabindex="-1">
      <div id="live" \(live.attributes)>
      \(body)
      </div>
      </main>
      </body>
      </html>

      """
    return ServerReply(
      status,
      headers: [
        ("content-type", "text/html; charset=utf-8"), ("content-security-policy", policy),
        // Without it a browser does not say whose form it sends.
        ("referrer-policy", "same-origin"),
      ], body: .bytes(Array(page.text.utf8)))
  }

  enum Live {
    case everything
    case account(String)
    case clock

    fileprivate var attributes: HTML {
      switch self {
      case .everything: "data-live=\"all\""
      case .account(let id): "data-live=\"account\" data-account=\"\(id)\""
      case .clock: "data-live=\"clock\""
      }
    }
  }

  /// Nothing but our own style, script and connection; no frame around it, no form to elsewhere.
  private static let policy = [
    "default-src 'none'", "style-src 'self'", "script-src 'self'", "connect-src 'self'",
    "img-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  private static func navigation(_ current: Section) -> HTML {
    .each(Section.allCases) { section in
      let mark: HTML = section == current ? " aria-current=\"page\"" : ""
      return "<li><a href=\"\(section.path)\"\(mark)>\(section.title)</a></li>"
    }
  }

  /// A page that says why there is nothing to see.
  static func problem(
    _ status: Int, _ title: String, _ text: String, _ section: Section
  ) -> ServerReply {
    reply(
      title, section, status: status,
      "<section class=\"card problem\"><h1>\(title)</h1><p>\(text)</p></section>")
  }
}
